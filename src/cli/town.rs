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
