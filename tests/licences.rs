//! Every dependency has a licence that `deny.toml` allows, and no direct dependency comes in two majors.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
struct Skip {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

/// One package of the tree.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
}

fn deny() -> Deny {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    toml::from_str(&std::fs::read_to_string(path).expect("deny.toml is there"))
        .expect("deny.toml is readable")
}

/// What `cargo tree` says is built, on every platform. (`cargo metadata` also lists what is never built.)
fn tree(arguments: &[&str]) -> BTreeSet<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .args([
            "tree", "--locked", "--target", "all", "--prefix", "none", "--format", "{p}\t{l}",
        ])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree runs");
    assert!(
        answer.status.success(),
        "cargo tree: {}",
        String::from_utf8_lossy(&answer.stderr)
    );
    let read = |line: &str| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('\t')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
        Some(Package {
            name: name.into(),
            version: version.into(),
            licence: licence.into(),
        })
    };
    String::from_utf8_lossy(&answer.stdout)
        .lines()
        .filter_map(read)
        .collect()
}

/// Whether one of the ways to read a licence expression is wholly allowed. Old crates write `/` for OR.
fn allowed(expression: &str, allow: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let verdict = either(&words, &mut at, allow);
    verdict && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allow: &dyn Fn(&str) -> bool) -> bool {
    let mut verdict = both(words, at, allow);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        verdict |= both(words, at, allow);
    }
    verdict
}

fn both(words: &[&str], at: &mut usize, allow: &dyn Fn(&str) -> bool) -> bool {
    let mut verdict = one(words, at, allow);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        verdict &= one(words, at, allow);
    }
    verdict
}

fn one(words: &[&str], at: &mut usize, allow: &dyn Fn(&str) -> bool) -> bool {
    let Some(&word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if word == "(" {
        let verdict = either(words, at, allow);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return verdict && closed;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return allow(&format!("{word} WITH {exception}"));
    }
    allow(word)
}

/// What semver calls compatible: the first number that is not zero, and those before it.
fn major(version: &str) -> String {
    let mut kept = Vec::new();
    for part in version.split(['.', '-', '+']) {
        kept.push(part);
        if part != "0" {
            break;
        }
    }
    kept.join(".")
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    let (Licenses { allow, exceptions }, packages) =
        (deny().licenses, tree(&["-e", "normal,build,dev"]));
    assert!(
        packages.len() > 50,
        "only {} packages were looked at",
        packages.len()
    );
    let own = |package: &Package, licence: &str| {
        exceptions
            .iter()
            .any(|exception| exception.name == package.name && exception.allow.contains(licence))
    };
    let refused: Vec<&Package> = packages
        .iter()
        .filter(|package| {
            !allowed(&package.licence, &|licence| {
                allow.contains(licence) || own(package, licence)
            })
        })
        .collect();
    assert!(refused.is_empty(), "not allowed by deny.toml: {refused:#?}");
    let gone: Vec<&String> = exceptions
        .iter()
        .map(|exception| &exception.name)
        .filter(|name| !packages.iter().any(|package| package.name == **name))
        .collect();
    assert!(
        gone.is_empty(),
        "deny.toml has exceptions for crates that are not used: {gone:?}"
    );
}

#[test]
fn no_direct_dependency_is_shipped_in_two_majors() {
    let skip = deny().bans.skip;
    let direct: BTreeSet<String> = tree(&["-e", "normal", "--depth", "1"])
        .into_iter()
        .map(|package| package.name)
        .collect();
    let mut majors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in tree(&["-e", "normal"])
        .into_iter()
        .filter(|package| direct.contains(&package.name))
    {
        majors
            .entry(package.name)
            .or_default()
            .insert(major(&package.version));
    }
    majors.retain(|_, found| found.len() > 1);
    let doubled: BTreeSet<&String> = majors.keys().collect();
    assert_eq!(
        doubled,
        skip.iter().map(|skip| &skip.name).collect(),
        "left: in two majors ({majors:?}), right: skip in deny.toml"
    );
    assert!(
        skip.iter().all(|skip| !skip.reason.is_empty()),
        "every skip has a reason"
    );
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allow = |licence: &str| matches!(licence, "MIT" | "ISC" | "Apache-2.0 WITH LLVM-exception");
    for (expression, verdict) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT/GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT AND ISC", true),
        ("(GPL-3.0-only OR MIT) AND ISC", true),
        ("(MIT OR ISC) AND Unicode-3.0", false),
        ("Apache-2.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0 WITH Other-exception", false),
        ("", false),
        ("MIT ISC", false),
        ("(MIT", false),
    ] {
        assert_eq!(allowed(expression, &allow), verdict, "{expression}");
    }
    assert_eq!(
        (major("1.2.3"), major("0.9.5"), major("0.0.7")),
        ("1".into(), "0.9".into(), "0.0.7".into())
    );
}
