//! `vagt setup`: asks for a desk, tests it, shows what it may do, writes the configuration.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use secrecy::{ExposeSecret as _, SecretString};

use super::exit::{Exit, Stop};
use super::live::block_on;
use super::out::{Out, say};
use super::session::Ground;
use crate::config::{Config, Credential, Setting, write_private_file};
use crate::domain::outcome::TroubleKind;
use crate::domain::source::{Can, Identity};
use crate::runtime::connect;

/// Name of the file with the secret, in the configuration directory.
const TOKEN_FILE: &str = "desk.token";
const PASSWORD_FILE: &str = "desk.password";

/// How often a refused sign-in may be tried.
const TRIES: usize = 3;

/// Runs it.
///
/// # Errors
/// There is a configuration already, nobody answers the questions, or the desk cannot be used.
pub fn run(ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let file = ground.dirs.config_file();
    if file.exists() {
        let why = format!(
            "{} exists already and is not overwritten; change it by hand (`vagt config show` lists every key), or move it away",
            file.display()
        );
        return Err(Stop::new(Exit::Failed, why));
    }
    say("This connects Vagt to your desk. Nothing is written before it has been tested.\n");
    let mut config = ground.loaded.config.clone();
    let url = find_desk(&mut config, ground, out)?;
    if url.starts_with("http://") && !is_loopback(&url) {
        say("This address is plain http: everybody on the way can read your token.");
        if !yes("Use it all the same?", out)? {
            return Err(Stop::new(
                Exit::Config,
                "nothing was written; use the https address of the desk",
            ));
        }
        config.desk.allow_http = true;
    }
    let (credential, identity) = sign_in(&config, ground, out)?;
    show(&identity, out)?;
    write(&config, &credential, ground)?;
    out.line(format!(
        "\nWritten: {} (only you can read it)",
        file.display()
    ))?;
    out.line("Now run: vagt")?;
    Ok(Exit::Done)
}

/// Asks for an address until a desk answers there: a mistyped one is better known before a password is typed.
fn find_desk(config: &mut Config, ground: &Ground, out: &mut Out) -> Result<String, Stop> {
    let mut tries = TRIES;
    loop {
        let url = ask_url(out)?;
        // Plain http to another machine is asked about first; nothing goes there before.
        if url.starts_with("http://") && !is_loopback(&url) {
            config.desk.url = Setting::from(url.as_str());
            return Ok(url);
        }
        config.desk.url = Setting::from(url.as_str());
        let nobody = Credential::Token(SecretString::from("nobody".to_owned()));
        let desk = connect::desk_with(config, nobody, &ground.dirs)?;
        tries -= 1;
        match block_on(async { Ok(desk.probe().await) })? {
            // Whoever refuses us is there.
            Err(t) if !matches!(t.kind, TroubleKind::Auth | TroubleKind::Permission) => {
                if tries == 0 {
                    return Err(Stop::from(t));
                }
                say(format!("{}\n", t.message));
            }
            _ => return Ok(url),
        }
    }
}

fn ask(question: &str, out: &mut Out) -> Result<String, Stop> {
    // Questions go to standard error, so that standard output stays data.
    out.flush()?;
    let mut err = std::io::stderr();
    drop(err.write_all(format!("{question} ").as_bytes()));
    drop(err.flush());
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(Stop::new(
            Exit::Usage,
            "nobody answers; run `vagt setup` in a terminal, or write the configuration with `vagt config init`",
        ));
    }
    Ok(line.trim().to_owned())
}

fn secret(question: &str, out: &mut Out) -> Result<SecretString, Stop> {
    if !std::io::stdin().is_terminal() {
        return Ok(SecretString::from(ask(question, out)?));
    }
    out.flush()?;
    let typed = rpassword::prompt_password(format!("{question} "));
    Ok(SecretString::from(typed?.trim().to_owned()))
}

fn yes(question: &str, out: &mut Out) -> Result<bool, Stop> {
    let answer = ask(&format!("{question} [y/N]"), out)?.to_lowercase();
    Ok(["y", "yes", "j", "ja"].contains(&answer.as_str()))
}

fn ask_url(out: &mut Out) -> Result<String, Stop> {
    loop {
        let typed = ask(
            "Address of your Request Tracker (as in the browser, https://…):",
            out,
        )?;
        let typed = typed
            .strip_prefix("rt+")
            .unwrap_or(&typed)
            .trim_end_matches('/')
            .to_owned();
        let with_scheme = if typed.contains("://") {
            typed
        } else {
            format!("https://{typed}")
        };
        match url::Url::parse(&with_scheme) {
            Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => {
                return Ok(with_scheme);
            }
            _ => say("That is no address. It looks like https://rt.example.org."),
        }
    }
}

fn is_loopback(url: &str) -> bool {
    url::Url::parse(url).ok().is_some_and(|u| match u.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    })
}

fn sign_in(
    config: &Config,
    ground: &Ground,
    out: &mut Out,
) -> Result<(Credential, Identity), Stop> {
    for _ in 0..TRIES {
        let user = ask(
            "User name for a session with password, or nothing for a token:",
            out,
        )?;
        let credential = if user.is_empty() {
            say(
                "Make a token in Request Tracker: Logged in as … → Settings → Auth Tokens. It is not shown here.",
            );
            Credential::Token(secret("Token:", out)?)
        } else {
            Credential::Password {
                user,
                password: secret("Password:", out)?,
            }
        };
        let desk = connect::desk_with(config, credential.clone(), &ground.dirs)?;
        match block_on(async { Ok(desk.probe().await) })? {
            Ok(identity) => return Ok((credential, identity)),
            Err(trouble) if trouble.kind == TroubleKind::Auth => {
                say(format!("{}\n", trouble.message));
            }
            Err(trouble) => return Err(Stop::from(trouble)),
        }
    }
    Err(Stop::new(
        Exit::Config,
        "the desk does not accept you; nothing was written",
    ))
}

fn show(identity: &Identity, out: &mut Out) -> Result<(), Stop> {
    out.line(format!(
        "\n{} {} knows you as {} ({}).",
        identity.product, identity.version, identity.me.name, identity.me.id
    ))?;
    let can = &identity.capabilities;
    let all: [(&str, &Can); 6] = [
        ("write to tickets", &can.write),
        ("keep groups on the desk", &can.group),
        ("tags", &can.tags),
        ("devices", &can.devices),
        ("find a reply whose answer was lost", &can.marker_entry),
        (
            "find a new ticket whose answer was lost",
            &can.marker_create,
        ),
    ];
    for (what, can) in all {
        let said = match can {
            Can::Yes => "yes".to_owned(),
            Can::No(why) => format!("no: {why}"),
            Can::Unknown => "shows when it is tried".to_owned(),
        };
        out.line(format!("  {what:<40} {said}"))?;
    }
    for warning in &identity.warnings {
        out.line(format!("  for the desk's administrator: {warning}"))?;
    }
    Ok(())
}

fn write(config: &Config, credential: &Credential, ground: &Ground) -> Result<(), Stop> {
    let url = config.desk.url.get().unwrap_or_default();
    let (file, content, key, user) = match credential {
        Credential::Token(token) => (TOKEN_FILE, token, "desk.token_file", None),
        Credential::Password { user, password } => {
            (PASSWORD_FILE, password, "desk.password_file", Some(user))
        }
    };
    let path = ground.dirs.config.join(file);
    write_private_file(&path, format!("{}\n", content.expose_secret()).as_bytes()).map_err(
        |e| {
            Stop::new(
                Exit::Failed,
                format!("{} cannot be written: {e}", path.display()),
            )
        },
    )?;
    let mut settings = vec![("desk.url", url), (key, file)];
    if let Some(user) = user {
        settings.push(("desk.user", user));
    }
    if config.desk.allow_http {
        settings.push(("desk.allow_http", "true"));
    }
    let file = ground.dirs.config_file();
    Config::write_new(&file, &settings).map_err(|e| {
        Stop::new(
            Exit::Failed,
            format!("{} cannot be written: {e}", file.display()),
        )
    })
}
