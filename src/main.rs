//! The binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    vagt::cli::main().into()
}
