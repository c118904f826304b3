//! The simulated municipality of `vagt demo` and `vagt serve`, from the command line.

use std::path::Path;

use super::args::TownArgs;
use super::exit::{Exit, Stop};
use crate::demo::faults::Faults;
use crate::demo::{DeskOptions, Scenario, StartAt};

/// Options of the embedded desk.
///
/// # Errors
/// A scenario, fault or time of day that does not exist, exit code 2.
pub fn options(args: &TownArgs) -> Result<DeskOptions, Stop> {
    let demo = DeskOptions::demo();
    let wrong = |why: String| Stop::new(Exit::Usage, why);
    let scenario = scenario(&args.scenario)?;
    let at = match &args.at {
        None => None,
        Some(text) => Some(StartAt::parse(text).ok_or_else(|| {
            wrong(format!(
                "{text:?} is no beginning; write --at 08:00, --at \"mon 08:00\" or --at 2026-03-02T08:00"
            ))
        })?),
    };
    if !args.speed.is_finite() || !(0.01..=10_000.0).contains(&args.speed) {
        return Err(wrong(
            "--speed takes a number from 0.01 to 10000".to_owned(),
        ));
    }
    if let Some(fault) = &args.fault {
        Faults::new(0)
            .add_spec(fault)
            .map_err(|e| wrong(e.to_string()))?;
    }
    Ok(DeskOptions {
        tickets: args.tickets.unwrap_or(demo.tickets),
        devices: args.devices.unwrap_or(demo.devices),
        seed: args.seed,
        speed: args.speed,
        fault: args.fault.clone(),
        scenario,
        at,
        ..DeskOptions::default()
    })
}

/// A scenario by name, or from a file that ends in `.toml`.
fn scenario(name: &str) -> Result<Scenario, Stop> {
    let path = Path::new(name);
    let is_file = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let found = if is_file {
        Scenario::from_file(path)
    } else {
        Scenario::named(name)
    };
    found.map_err(|error| Stop::new(Exit::Usage, error.to_string()))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};

    fn said(args: &[&str]) -> String {
        let cli = Cli::try_parse_from([&["vagt", "demo"], args].concat()).unwrap();
        let Some(Command::Demo(demo)) = cli.command else {
            panic!("not the demo")
        };
        match options(&demo.town) {
            Ok(options) => options.scenario.name().to_owned(),
            Err(stop) => {
                assert_eq!(stop.exit, Exit::Usage);
                stop.message
            }
        }
    }

    #[test]
    fn what_is_wrong_on_the_command_line_is_told_with_what_would_be_right() {
        assert_eq!(said(&[]), "mixed");
        assert_eq!(said(&["--at", "mon 08:00", "--scenario", "night"]), "night");
        for (args, word) in [
            (["--scenario", "nigt"], "did you mean \"night\""),
            (["--scenario", "mine.toml"], "cannot be read"),
            (["--fault", "latncy=2s"], "did you mean latency"),
            (["--at", "noon"], "--at 08:00"),
            (["--speed", "0"], "0.01"),
        ] {
            let said = said(&args);
            assert!(said.contains(word), "{args:?}: {said}");
        }
    }

    #[test]
    fn a_scenario_of_ones_own_is_played_and_its_mistakes_have_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("storm.toml");
        let file = path.to_str().unwrap();
        std::fs::write(&path, "about = \"A storm\"\nlevel = 3\n").unwrap();
        assert_eq!(said(&["--scenario", file]), "storm");
        std::fs::write(&path, "about = \"A storm\"\nlevl = 3\n").unwrap();
        let wrong = said(&["--scenario", file]);
        assert!(
            wrong.contains("storm.toml:2:1") && wrong.contains("\"level\""),
            "{wrong}"
        );
    }
}
