//! `vagt classify`: says to which problem group texts belong, and how often that is right.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::ClassifyArgs;
use super::exit::{Exit, Stop};
use super::out::{Out, say};
use crate::domain::finding::Finding;
use crate::runtime::groups;
use crate::triage::corpus::{self, Example};
use crate::triage::model::Model;
use crate::triage::score::{Report, Ticket, read_line};
use crate::triage::train::{self, Settings};
use crate::triage::{Engine, Groups, Lexicon};

/// How many misses a score lists.
const WORST: usize = 20;

/// One line of output: `docs/json.md`.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// Runs it. It needs no configuration and no desk.
///
/// # Errors
/// A file that cannot be read; groups that cannot be understood (exit code 3).
pub fn run(args: &ClassifyArgs, out: &mut Out) -> Result<Exit, Stop> {
    if let (Some(dir), Some(file)) = (&args.train, &args.out) {
        return train(dir, file, out);
    }
    let engine = engine(args.config.as_deref())?;
    if let Some(file) = &args.score {
        return score(&engine, file, out);
    }
    let mut exit = Exit::Done;
    each_line(args.file.as_deref(), |number, line| {
        match read_line(line) {
            Ok(ticket) => {
                let finding = ticket.classify(&engine);
                out.record(&Answer {
                    id: &ticket.id,
                    finding: &finding,
                })?;
                if args.explain {
                    explain(&ticket, &finding);
                }
            }
            Err(why) => {
                say(format!("line {number}: {why}"));
                exit = Exit::Partly;
            }
        }
        Ok(())
    })?;
    Ok(exit)
}

fn explain(ticket: &Ticket, finding: &Finding) {
    let words: Vec<String> = finding
        .reasons
        .iter()
        .map(|r| format!("{:?} for {} ({:+.2})", r.text, r.group, r.weight))
        .collect();
    let cleared: Vec<String> = finding
        .cleared
        .iter()
        .map(|c| format!("{:?} clears {}", c.text, c.group))
        .collect();
    let all: Vec<String> = words.into_iter().chain(cleared).collect();
    let why = if all.is_empty() {
        "no word speaks for any group".to_owned()
    } else {
        all.join(", ")
    };
    say(format!(
        "{}: {} {:.2}: {why}",
        ticket.id, finding.group, finding.confidence
    ));
}

pub(super) fn engine(file: Option<&Path>) -> Result<Engine, Stop> {
    let wrong = |why: String| Stop::new(Exit::Config, why);
    let mut groups = Groups::built_in().map_err(|e| wrong(e.to_string()))?;
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|e| wrong(format!("{} cannot be read: {e}", path.display())))?;
        groups = groups
            .with_file(&text)
            .map_err(|e| wrong(format!("{}:{e}", path.display())))?;
    }
    groups::engine(&groups).map_err(|e| wrong(e.to_string()))
}

/// Makes the word model: every `*.txt` of the directory is the texts of one author.
fn train(dir: &Path, file: &Path, out: &mut Out) -> Result<Exit, Stop> {
    let failed = |path: &Path, what: &str, why: String| {
        Stop::new(
            Exit::Failed,
            format!("{} cannot be {what}: {why}", path.display()),
        )
    };
    let entries = std::fs::read_dir(dir).map_err(|e| failed(dir, "read", e.to_string()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    paths.sort();
    let mut examples = Vec::new();
    for path in &paths {
        let text =
            std::fs::read_to_string(path).map_err(|e| failed(path, "read", e.to_string()))?;
        let author = path.file_stem().unwrap_or_default().to_string_lossy();
        examples.extend(corpus::read(&author, &text).map_err(|why| Stop::new(Exit::Failed, why))?);
    }
    if examples.is_empty() {
        return Err(failed(dir, "used", "no labelled texts in *.txt".to_owned()));
    }
    let wrong = |why: String| Stop::new(Exit::Config, why);
    let lexicon = Lexicon::built_in().map_err(|e| wrong(e.to_string()))?;
    let groups = Groups::built_in().map_err(|e| wrong(e.to_string()))?;
    let engine =
        Engine::with_model(&lexicon, &groups, Model::empty()).map_err(|e| wrong(e.to_string()))?;
    let texts: Vec<&Example> = examples.iter().collect();
    let (model, unseen) = train::train(&engine, &texts, &Settings::default());
    std::fs::write(file, model.to_bytes()).map_err(|e| failed(file, "written", e.to_string()))?;
    out.line(format!(
        "{} texts of {} authors, temperature {:.2}",
        texts.len(),
        paths.len(),
        model.temperature()
    ))?;
    if !unseen.is_empty() {
        out.line("\nauthor kept unseen        texts  right")?;
    }
    for row in &unseen {
        let share = f64::from(row.right) / f64::from(row.texts.max(1));
        out.line(format!("{:<24} {:>6}   {share:.3}", row.author, row.texts))?;
    }
    Ok(Exit::Done)
}

fn score(engine: &Engine, file: &Path, out: &mut Out) -> Result<Exit, Stop> {
    let mut judged = Vec::new();
    let mut exit = Exit::Done;
    each_line(Some(file), |number, line| {
        match read_line(line) {
            Ok(ticket) => {
                let finding = ticket.classify(engine);
                judged.push((ticket, finding));
            }
            Err(why) => {
                say(format!("line {number}: {why}"));
                exit = Exit::Partly;
            }
        }
        Ok(())
    })?;
    let report = Report::new(judged.iter().map(|(ticket, finding)| (ticket, finding)));
    out.line(report.to_text(WORST))?;
    Ok(exit)
}

pub(super) fn each_line(
    file: Option<&Path>,
    mut with: impl FnMut(usize, &str) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let name = file.filter(|path| *path != Path::new("-"));
    let unread = |e: io::Error| {
        let name = name.map_or_else(|| "standard input".to_owned(), |p| p.display().to_string());
        Stop::new(Exit::Failed, format!("{name} cannot be read: {e}"))
    };
    let source: Box<dyn Read> = match name {
        Some(path) => Box::new(File::open(path).map_err(unread)?),
        None => Box::new(io::stdin()),
    };
    let mut reader = BufReader::new(source);
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        if reader.read_until(b'\n', &mut bytes).map_err(unread)? == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&bytes);
        if !line.trim().is_empty() {
            with(number, line.trim_end())?;
        }
    }
    Ok(())
}
