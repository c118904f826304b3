//! Who sends a request: token, basic, or a cookie from the login page.
//!
//! Secrets are compared without leaving early: every byte is looked at, so the time taken does not
//! tell how much of a guess was right (the user number in a token is no secret, its length neither).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE, USER_AGENT};
use base64::Engine as _;
use secrecy::{ExposeSecret as _, SecretString};

/// One account that may log in.
struct Account {
    id: i64,
    name: String,
    token: SecretString,
    password: SecretString,
}

/// The accounts of the desk and its cookie sessions.
pub(crate) struct Accounts {
    known: Vec<Account>,
    sessions: Mutex<HashMap<String, i64>>,
    cookie: String,
}

/// How a request without a valid account is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// 401 with a JSON sentence.
    Unauthorized,
    /// 302 to the login page: the client looks like a browser.
    Redirect,
}

/// Equal, looking at every byte of both.
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut difference = a.len() ^ b.len();
    for at in 0..a.len().max(b.len()) {
        let left = a.get(at).copied().unwrap_or(0);
        let right = b.get(at).copied().unwrap_or(0);
        difference |= usize::from(left ^ right);
    }
    std::hint::black_box(difference) == 0
}

impl Accounts {
    /// The accounts of these users: number, name, token secret, password. Cookies carry the port.
    pub(crate) fn new(users: Vec<(i64, String, String, String)>, port: u16) -> Self {
        let known = users
            .into_iter()
            .map(|(id, name, token, password)| Account {
                id,
                name,
                token: token.into(),
                password: password.into(),
            })
            .collect();
        Self {
            known,
            sessions: Mutex::default(),
            cookie: format!("RT_SID_vagt.{port}"),
        }
    }

    /// The whole token of a user, as a client sends it.
    pub(crate) fn token_of(&self, name: &str) -> Option<SecretString> {
        let account = self.known.iter().find(|account| account.name == name)?;
        Some(format!("1-{}-{}", account.id, account.token.expose_secret()).into())
    }

    /// The password of a user, for the cookie session.
    pub(crate) fn password_of(&self, name: &str) -> Option<SecretString> {
        self.known
            .iter()
            .find(|account| account.name == name)
            .map(|account| account.password.clone())
    }

    /// Who sends this request. `parameter`: the `token` of its query.
    pub(crate) fn identify(
        &self,
        headers: &HeaderMap,
        parameter: Option<&str>,
    ) -> Result<i64, Stranger> {
        let header = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let cookies = header(COOKIE);
        if let Some(id) = self.by_cookie(cookies) {
            return Ok(id);
        }
        let authorization = header(AUTHORIZATION);
        let (scheme, rest) = authorization.split_once(' ').unwrap_or_default();
        let token = if scheme.eq_ignore_ascii_case("token") {
            Some(rest)
        } else {
            parameter
        };
        if let Some(id) = token.and_then(|token| self.by_token(token)) {
            return Ok(id);
        }
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(rest.trim())
            && let Ok(pair) = String::from_utf8(bytes)
            && let Some((user, password)) = pair.split_once(':')
            && let Some(id) = self.by_password(user, password)
        {
            return Ok(id);
        }
        let browser = !cookies.is_empty() || header(USER_AGENT).contains("Mozilla");
        Err(if browser {
            Stranger::Redirect
        } else {
            Stranger::Unauthorized
        })
    }

    fn by_token(&self, token: &str) -> Option<i64> {
        let mut parts = token.trim().splitn(3, '-');
        let (first, user, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let id: i64 = user.parse().ok()?;
        let account = self.known.iter().find(|account| account.id == id)?;
        (first == "1" && same(secret, account.token.expose_secret())).then_some(id)
    }

    fn by_password(&self, user: &str, password: &str) -> Option<i64> {
        let account = self.known.iter().find(|account| account.name == user)?;
        same(password, account.password.expose_secret()).then_some(account.id)
    }

    fn by_cookie(&self, cookies: &str) -> Option<i64> {
        let wanted = cookies
            .split(';')
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(name, _)| *name == self.cookie)
            .map(|(_, value)| value)?;
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(wanted)
            .copied()
    }

    /// Opens a cookie session; the `Set-Cookie` value when user and password are right.
    pub(crate) fn log_in(&self, user: &str, password: &str) -> Option<String> {
        let id = self.by_password(user, password)?;
        let session = uuid::Uuid::new_v4().simple().to_string();
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() > 10_000 {
            sessions.clear();
        }
        sessions.insert(session.clone(), id);
        Some(format!("{}={session}; path=/; HttpOnly", self.cookie))
    }

    /// Ends every cookie session, as a restart of the desk would.
    pub(crate) fn end_sessions(&self) {
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts() -> Accounts {
        Accounts::new(
            vec![(
                20,
                "mette".to_owned(),
                "00ff".to_owned(),
                "hemmelig".to_owned(),
            )],
            8081,
        )
    }

    fn headers(name: axum::http::HeaderName, value: &str) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(name, value.parse().unwrap());
        map
    }

    #[test]
    fn only_the_whole_token_opens() {
        let accounts = accounts();
        let ask = |value: &str| accounts.identify(&headers(AUTHORIZATION, value), None);
        assert_eq!(ask("token 1-20-00ff"), Ok(20));
        for wrong in [
            "token 1-20-00fe",
            "token 1-20-00f",
            "token 1-20-00ff0",
            "token 1-20-",
            "token 2-20-00ff",
            "Bearer 1-20-00ff",
            "token",
        ] {
            assert_eq!(ask(wrong), Err(Stranger::Unauthorized), "{wrong}");
        }
        assert_eq!(
            accounts.identify(&HeaderMap::new(), Some("1-20-00ff")),
            Ok(20)
        );
    }

    #[test]
    fn password_and_cookie() {
        let accounts = accounts();
        let basic = base64::engine::general_purpose::STANDARD.encode("mette:hemmelig");
        assert_eq!(
            accounts.identify(&headers(AUTHORIZATION, &format!("Basic {basic}")), None),
            Ok(20)
        );
        assert_eq!(accounts.log_in("mette", "forkert"), None);
        let cookie = accounts.log_in("mette", "hemmelig").unwrap();
        let pair = cookie.split(';').next().unwrap();
        assert_eq!(accounts.identify(&headers(COOKIE, pair), None), Ok(20));
        accounts.end_sessions();
        assert_eq!(
            accounts.identify(&headers(COOKIE, pair), None),
            Err(Stranger::Redirect)
        );
    }
}
