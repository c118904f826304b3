//! Requests to RT as somebody: token or cookie session, with one new login when a session has ended.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::desk::rt::options::Auth;
use crate::desk::rt::query::{List, encoded};
use crate::desk::rt::wire::Page;
use crate::domain::Timestamp;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::net::{Answer, Client, Failure, Request};

/// Path of the REST interface below the desk's address.
const REST: &str = "/REST/2.0";

/// Path of the login page below the desk's address, without the slash.
const LOGIN: &str = "NoAuth/Login.html";

/// RT behind one account.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    auth: Auth,
    /// Cookie of the session, `name=value`.
    session: tokio::sync::Mutex<Option<SecretString>>,
    /// Names of people seen on the wire, by login.
    names: Mutex<HashMap<String, String>>,
}

/// Most names kept; a desk has fewer people, and a hostile one must not fill the memory.
const NAMES_KEPT: usize = 50_000;

impl Api {
    pub(super) fn new(client: Client, auth: Auth) -> Self {
        Self {
            client,
            auth,
            session: tokio::sync::Mutex::new(None),
            names: Mutex::new(HashMap::new()),
        }
    }

    /// Machine and port, for messages.
    pub(super) fn place(&self) -> &str {
        self.client.place()
    }

    /// The HTTP client.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Who we say we are: the login, or the user id inside the token.
    pub(super) fn account(&self) -> Option<String> {
        match &self.auth {
            Auth::Password { user, .. } => Some(user.clone()),
            Auth::Token(token) => {
                let mut parts = token.expose_secret().trim().split('-');
                let id = parts.nth(1)?;
                (!id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())).then(|| id.to_owned())
            }
        }
    }

    /// Our clock. The connector needs it for the age of what it read, never for what it asks RT.
    pub(super) fn now() -> Timestamp {
        Timestamp::now()
    }

    /// A read. A status that is no success is trouble.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, Trouble> {
        let answer = self.send(Request::get(format!("{REST}{path}"))).await?;
        checked(answer)
    }

    /// One page of a list.
    pub(super) async fn page(&self, list: &List) -> Result<Page, Trouble> {
        let answer = self.get(&list.to_path()).await?;
        answer.json::<Page>()?.check(self.place())
    }

    /// One page of a JSON search, which is posted because it may be long.
    pub(super) async fn search(
        &self,
        list: &List,
        conditions: &[serde_json::Value],
        cap: Option<u64>,
    ) -> Result<Page, Trouble> {
        let mut request = Request::search(
            format!("{REST}{}", list.to_path()),
            &serde_json::Value::Array(conditions.to_vec()),
        );
        if let Some(cap) = cap {
            request = request.cap(cap);
        }
        let answer = self.send(request).await?;
        checked(answer)?.json::<Page>()?.check(self.place())
    }

    /// Sends a request with our credentials, below the REST path already. With a session that has ended, logs in
    /// and sends once more: a request refused for want of a login was not carried out. A write is sent once more only
    /// when RT itself refused it so; whatever else looks like a login page may stand after the write was carried out.
    pub(super) async fn send(&self, request: Request) -> Result<Answer, Failure> {
        match &self.auth {
            Auth::Token(token) => {
                let header = SecretString::from(format!("token {}", token.expose_secret().trim()));
                self.client
                    .send(&request.secret_header("authorization", header))
                    .await
            }
            Auth::Password { user, secret } => {
                let is_refused = |answer: &Answer| {
                    if request.is_write() {
                        is_turned_away(answer, self.client.base())
                    } else {
                        is_logged_out(answer)
                    }
                };
                let mut cookie = self.cookie(user, secret, None).await?;
                let mut answer = self.with_cookie(&request, &cookie).await?;
                if is_refused(&answer) {
                    cookie = self.cookie(user, secret, Some(&cookie)).await?;
                    answer = self.with_cookie(&request, &cookie).await?;
                    if is_refused(&answer) {
                        return Err(self.refused());
                    }
                }
                Ok(answer)
            }
        }
    }

    async fn with_cookie(
        &self,
        request: &Request,
        cookie: &SecretString,
    ) -> Result<Answer, Failure> {
        let request = request.clone().secret_header("cookie", cookie.clone());
        self.client.send(&request).await
    }

    /// The session's cookie; logs in when there is none or it is the `ended` one.
    async fn cookie(
        &self,
        user: &str,
        secret: &SecretString,
        ended: Option<&SecretString>,
    ) -> Result<SecretString, Failure> {
        let mut session = self.session.lock().await;
        if let Some(cookie) = session.as_ref()
            && ended.is_none_or(|e| e.expose_secret() != cookie.expose_secret())
        {
            return Ok(cookie.clone());
        }
        let form = format!(
            "user={}&pass={}",
            encoded(user),
            encoded(secret.expose_secret())
        );
        // RT answers a good and a bad login alike with 200 and a cookie; the next request tells them apart.
        let answer = self
            .client
            .send(&Request::form(format!("/{LOGIN}"), form))
            .await
            .map_err(|f| Failure::not_sent(f.trouble))?;
        let cookie = answer
            .cookies()
            .iter()
            .find(|c| c.starts_with("RT_SID_"))
            .map(|c| SecretString::from(c.clone()));
        let Some(cookie) = cookie else {
            if answer.is_success() || matches!(answer.status, 401 | 403) {
                return Err(self.refused());
            }
            return Err(Failure::not_sent(answer.trouble().unwrap_or_else(|| {
                Trouble::new(
                    TroubleKind::Config,
                    format!(
                        "{} has no Request Tracker login page. Check the address and its path.",
                        self.place()
                    ),
                )
            })));
        };
        *session = Some(cookie.clone());
        Ok(cookie)
    }

    fn refused(&self) -> Failure {
        Failure::not_sent(Trouble::new(
            TroubleKind::Auth,
            format!(
                "{} does not accept the user and password. Check both, and that the account is enabled.",
                self.place()
            ),
        ))
    }

    /// Remembers a person's name.
    pub(super) fn learn_name(&self, id: &str, name: &str) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() < NAMES_KEPT || names.contains_key(id) {
            names.insert(id.to_owned(), name.to_owned());
        }
    }

    /// All names seen.
    pub(super) fn all_names(&self) -> Vec<(String, String)> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    /// A person's name as last seen; empty where none is known.
    pub(super) fn name(&self, id: &str) -> String {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(id).cloned().unwrap_or_default()
    }
}

/// With a cookie RT redirects to its login page, or shows it, where a token would get 401.
fn is_logged_out(answer: &Answer) -> bool {
    answer.status == 401
        || (300..400).contains(&answer.status) && answer.status != 304
        || answer.status == 200 && answer.is_html()
}

/// Whether RT refused a request for want of a login, before it looked at it: with 401, or, as it does when a cookie came
/// along, with a redirect to its first page or its login page.
fn is_turned_away(answer: &Answer, base: &str) -> bool {
    let is_login = |location: &str| {
        let Ok(base) = Url::parse(&format!("{base}/")) else {
            return false;
        };
        base.join(location).is_ok_and(|target| {
            target.path() == base.path() || target.path() == format!("{}{LOGIN}", base.path())
        })
    };
    match answer.status {
        401 => true,
        302 => answer.location.as_deref().is_some_and(is_login),
        _ => false,
    }
}

fn checked(answer: Answer) -> Result<Answer, Trouble> {
    match answer.trouble() {
        None => Ok(answer),
        Some(mut trouble) => {
            trouble.message = without_server_path(&trouble.message);
            Err(trouble)
        }
    }
}

/// RT's syntax errors end in a path and line of its server.
fn without_server_path(message: &str) -> String {
    message
        .split_once(" at /")
        .map_or(message, |(before, _)| before)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(401, None, true)]
    #[case(302, Some("/rt/"), true)]
    #[case(302, Some("https://desk.test/rt/"), true)]
    #[case(302, Some("/rt/NoAuth/Login.html?next=1"), true)]
    #[case(302, Some("/"), false)]
    #[case(302, Some("/rt/REST/2.0/ticket/5"), false)]
    #[case(303, Some("/rt/"), false)]
    #[case(302, None, false)]
    #[case(200, None, false)]
    fn only_rts_own_refusals_say_that_a_write_was_not_carried_out(
        #[case] status: u16,
        #[case] location: Option<&str>,
        #[case] is_refusal: bool,
    ) {
        let answer = Answer {
            status,
            location: location.map(str::to_owned),
            content_type: "text/html".to_owned(),
            ..Answer::default()
        };
        assert_eq!(is_turned_away(&answer, "https://desk.test/rt"), is_refusal);
    }

    #[test]
    fn server_paths_are_not_shown() {
        assert_eq!(
            without_server_path(
                "It says: Unknown field: Statuss at /usr/share/rt/Tickets.pm line 3187."
            ),
            "It says: Unknown field: Statuss"
        );
    }
}
