use std::fs;
use std::path::Path;

use secrecy::ExposeSecret as _;

use super::*;

const SECRET: &str = "1-14-0123456789abcdef0123456789abcdef";

fn desk(settings: &[(&str, &str)]) -> Desk {
    let loaded = Config::load(&LoadOptions {
        set: settings
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        ..LoadOptions::default()
    });
    assert_eq!(loaded.problem, None);
    loaded.config.desk
}

fn secret_file(dir: &Path, name: &str, content: &str) {
    write_private_file(&dir.join(name), content.as_bytes()).unwrap();
}

fn env(vars: &[(&str, &str)]) -> Env {
    vars.iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
}

fn token(found: Result<Credential, SecretProblem>) -> String {
    match found.unwrap() {
        Credential::Token(token) => token.expose_secret().to_owned(),
        Credential::Password { .. } => panic!("a password"),
    }
}

#[test]
fn environment_before_command_before_file() {
    let root = tempfile::tempdir().unwrap();
    let dirs = Dirs::below(root.path());
    secret_file(&dirs.config, "token", "from-file\n");
    let both = desk(&[
        ("desk.token_command", "printf '  from command \\n'"),
        ("desk.token_file", "token"),
    ]);
    let with_env = env(&[("VAGT_TOKEN", "from-env")]);
    assert_eq!(token(credential(&both, &with_env, &dirs)), "from-env");
    assert_eq!(token(credential(&both, &env(&[]), &dirs)), "from command");
    let file = desk(&[("desk.token_file", "token")]);
    assert_eq!(token(credential(&file, &env(&[]), &dirs)), "from-file");
}

#[test]
fn a_password_needs_its_user() {
    let root = tempfile::tempdir().unwrap();
    let dirs = Dirs::below(root.path());
    let env = env(&[("VAGT_PASSWORD", "pw")]);
    let none = credential(&desk(&[]), &env, &dirs).unwrap_err();
    assert!(matches!(none, SecretProblem::None), "{none}");
    match credential(&desk(&[("desk.user", "ingrid")]), &env, &dirs).unwrap() {
        Credential::Password { user, password } => {
            assert_eq!((user.as_str(), password.expose_secret()), ("ingrid", "pw"));
        }
        Credential::Token(_) => panic!("a token"),
    }
    let missing = credential(&desk(&[("desk.user", "ingrid")]), &Env::default(), &dirs);
    assert!(matches!(missing, Err(SecretProblem::NoPassword)));
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused_with_the_remedy() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    let dirs = Dirs::below(root.path());
    secret_file(&dirs.config, "token", SECRET);
    let path = dirs.config.join("token");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = credential(
        &desk(&[("desk.token_file", "token")]),
        &Env::default(),
        &dirs,
    )
    .unwrap_err()
    .to_string();
    assert!(error.contains("mode 640"), "{error}");
    assert!(error.contains("chmod 600"), "{error}");
}

#[cfg(unix)]
#[test]
fn no_failure_shows_what_the_source_said() {
    let root = tempfile::tempdir().unwrap();
    let dirs = Dirs::below(root.path());
    let two_lines = format!("{SECRET}\nsecond");
    secret_file(&dirs.config, "two", &two_lines);
    secret_file(&dirs.config, "empty", "\n");
    let cases = [
        desk(&[("desk.token_file", "two")]),
        desk(&[("desk.token_file", "empty")]),
        desk(&[("desk.token_file", "missing")]),
        desk(&[(
            "desk.token_command",
            &format!("sh -c 'echo {SECRET} >&2; exit 3'"),
        )]),
        desk(&[(
            "desk.token_command",
            &format!("sh -c 'printf \"{SECRET}\\n2\"'"),
        )]),
        desk(&[("desk.token_command", "no-such-program-here")]),
        desk(&[("desk.token_command", "sh -c 'open quote")]),
    ];
    for case in cases {
        let error = credential(&case, &Env::default(), &dirs).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("0123456789abcdef"), "{shown}");
        assert!(shown.contains("desk.token_"), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_hangs_is_ended() {
    let root = tempfile::tempdir().unwrap();
    let dirs = Dirs::below(root.path());
    for line in ["sleep 600", "sh -c 'exec >&-; sleep 600'"] {
        let slow = desk(&[
            ("desk.token_command", line),
            ("desk.command_timeout_secs", "1"),
        ]);
        let error = credential(&slow, &Env::default(), &dirs)
            .unwrap_err()
            .to_string();
        assert!(error.contains("within 1 s"), "{error}");
    }
}

#[test]
fn a_credential_does_not_show_itself() {
    let found = credential(
        &desk(&[]),
        &env(&[("VAGT_TOKEN", SECRET)]),
        &Dirs::below(Path::new("/x")),
    );
    let shown = format!("{found:?}");
    assert!(!shown.contains("0123456789abcdef"), "{shown}");
}
