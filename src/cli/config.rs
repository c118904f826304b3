//! `vagt config`: where it is, what is in force, whether it is right, a file to begin with, the templates.

use serde_json::json;

use super::args::{ConfigArgs, ConfigWhat};
use super::exit::{Exit, Stop};
use super::out::{Out, say};
use super::session::Ground;
use crate::config::{self, Origin};
use crate::config::{alarms, cards, hosting};

/// Runs it.
///
/// # Errors
/// A wrong configuration (exit code 3), or a file that cannot be written.
pub fn run(args: &ConfigArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    match args.what {
        ConfigWhat::Path => path(args, ground, out),
        ConfigWhat::Show => show(args, ground, out),
        ConfigWhat::Check => check(args, ground, out),
        ConfigWhat::Templates => super::texts::list(args.json, ground, out),
        ConfigWhat::Init => init(ground, out),
    }
}

fn path(args: &ConfigArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let file = ground.dirs.config_file();
    if args.json {
        out.json(&json!({
            "schema": "vagt.config-path/1", "config": file, "exists": file.exists(),
            "data": ground.loaded.store_dir(&ground.dirs), "state": ground.dirs.state,
        }))?;
    } else {
        out.line(file.display().to_string())?;
    }
    Ok(Exit::Done)
}

fn show(args: &ConfigArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let values = serde_json::to_value(&ground.loaded.config).map_err(|e| {
        Stop::new(
            Exit::Failed,
            format!("the configuration cannot be written as JSON: {e}"),
        )
    })?;
    if args.json {
        let sources: serde_json::Map<String, serde_json::Value> = ground
            .loaded
            .sources
            .iter()
            .map(|(k, o)| (k.clone(), json!(origin(o))))
            .collect();
        out.json(&json!({ "schema": "vagt.config/1", "config": values, "sources": sources }))?;
        return Ok(Exit::Done);
    }
    let mut section = "";
    for key in config::all_keys() {
        if key.section != section {
            if !section.is_empty() {
                out.line("")?;
            }
            out.line(format!("[{}]", key.section))?;
            section = key.section;
        }
        let value = values
            .get(key.section)
            .and_then(|s| s.get(key.name))
            .cloned()
            .unwrap_or_default();
        let from = ground
            .loaded
            .sources
            .get(&key.path())
            .map_or("built in", origin);
        out.line(format!(
            "{} = {}  # {}; {}",
            key.name,
            toml_like(&value),
            from,
            key.env_name()
        ))?;
    }
    Ok(Exit::Done)
}

fn toml_like(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(map) => {
            let cells: Vec<String> = map
                .iter()
                .map(|(k, v)| format!("{k} = {}", toml_like(v)))
                .collect();
            format!("{{ {} }}", cells.join(", "))
        }
        serde_json::Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(toml_like).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}

fn origin(origin: &Origin) -> &'static str {
    match origin {
        Origin::BuiltIn => "built in",
        Origin::File => "file",
        Origin::Profile => "profile",
        Origin::Env => "environment",
        Origin::Option => "command line",
    }
}

fn check(args: &ConfigArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let mut templates = ground.templates().problems;
    templates.extend(cards::load(Some(&ground.dirs.cards())).problems);
    templates.extend(alarms::load(&ground.dirs.alarms()).1);
    templates.extend(hosting::load(&ground.dirs.hosting()).1);
    let all = || ground.loaded.problems().chain(&templates);
    let problems: Vec<String> = all().map(ToString::to_string).collect();
    if args.json {
        out.json(&json!({ "schema": "vagt.config-check/1", "ok": problems.is_empty(), "problems": problems }))?;
    } else if problems.is_empty() {
        out.line("the configuration is right")?;
    } else {
        for problem in all() {
            say(problem.with_caret());
        }
    }
    Ok(if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Config
    })
}

fn init(ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let file = ground.dirs.config_file();
    let commented: String = config::DEFAULT
        .lines()
        .map(|line| {
            let keep = line.is_empty() || line.starts_with('#') || line.starts_with('[');
            if keep {
                format!("{line}\n")
            } else {
                format!("#{line}\n")
            }
        })
        .collect();
    if file.exists() {
        return Err(Stop::new(
            Exit::Failed,
            format!("{} exists already; nothing was changed", file.display()),
        ));
    }
    config::write_private_file(&file, commented.as_bytes()).map_err(|e| {
        Stop::new(
            Exit::Failed,
            format!("{} cannot be written: {e}", file.display()),
        )
    })?;
    out.line(file.display().to_string())?;
    Ok(Exit::Done)
}
