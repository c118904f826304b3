//! The simulated municipality of `vagt demo` and `vagt serve`, from the command line.

use super::args::TownArgs;
use super::exit::{Exit, Stop};
use crate::demo::{DeskOptions, Scenario};

/// Options of the embedded desk.
///
/// # Errors
/// A scenario or time of day that does not exist, exit code 2.
pub fn options(args: &TownArgs) -> Result<DeskOptions, Stop> {
    let demo = DeskOptions::demo();
    let scenario = Scenario::named(&args.scenario).ok_or_else(|| {
        let known: Vec<&str> = Scenario::ALL.iter().map(|(_, name)| *name).collect();
        Stop::new(
            Exit::Usage,
            format!(
                "there is no scenario {:?}; there are {}",
                args.scenario,
                known.join(", ")
            ),
        )
    })?;
    let at = match &args.at {
        None => None,
        Some(text) => Some(jiff::civil::Time::strptime("%H:%M", text).map_err(|_| {
            Stop::new(
                Exit::Usage,
                format!("{text:?} is no time of day; write --at 08:00"),
            )
        })?),
    };
    if !args.speed.is_finite() || !(0.01..=10_000.0).contains(&args.speed) {
        return Err(Stop::new(
            Exit::Usage,
            "--speed takes a number from 0.01 to 10000",
        ));
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
