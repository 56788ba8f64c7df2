//! Into a new file or a pipe, as it is or through the person's own `age`.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use super::super::failure::Failure;
use super::super::leave::unwritten;
use crate::store::child::{Task, child};

/// Lets `work` write into a new file, which goes again if it fails, or to standard output; through `age` where
/// there are recipients. Answers with how many bytes the file has; 0: standard output.
pub(in crate::cli) fn deliver(
    path: Option<&Path>,
    recipients: &[String],
    work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<u64, Failure> {
    let Some(path) = path else {
        let piped = |error: io::Error| Failure::could_not(format!("It could not be written: {error}."));
        return match recipients {
            [] => work(&mut io::stdout().lock()).map(|()| 0).map_err(piped),
            some => sealed(some, Stdio::inherit(), work).map(|()| 0),
        };
    };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| unwritten(path, &error))?;
    let written = match recipients {
        [] => work(&mut file).map_err(|error| unwritten(path, &error)),
        some => match file.try_clone() {
            Ok(copy) => sealed(some, Stdio::from(copy), work),
            Err(error) => Err(unwritten(path, &error)),
        },
    };
    let synced = written.and_then(|()| {
        file.sync_all().and_then(|()| file.metadata()).map_err(|error| unwritten(path, &error))
    });
    match synced {
        Ok(about) => Ok(about.len()),
        Err(failure) => {
            let _ = std::fs::remove_file(path);
            Err(failure)
        }
    }
}

/// Lets `work` write to the person's `age`, which writes to `to`. Only public keys stand on its command line.
fn sealed(
    recipients: &[String],
    to: Stdio,
    work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut age = child("age", Task::Encrypt);
    for recipient in recipients {
        age.args(["-r", recipient]);
    }
    let child = age.stdin(Stdio::piped()).stdout(to).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::could_not("There is no program age here to encrypt with.").hint(
            "Install it (apt install age, dnf install age, brew install age), or leave --recipient out.",
        ),
        _ => Failure::could_not(format!("age could not be started: {error}.")),
    })?;
    let worked = match child.stdin.take() {
        Some(mut into) => work(&mut into),
        None => Err(io::ErrorKind::BrokenPipe.into()),
    };
    if let Err(error) = &worked
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        // What it has of a bundle that is not whole is of no use to anybody.
        let _ = child.kill();
        let _ = child.wait();
        return Err(Failure::could_not(format!("It could not be written: {error}.")));
    }
    ended(child, worked)
}

fn ended(child: Child, worked: io::Result<()>) -> Result<(), Failure> {
    let done = child.wait_with_output();
    match done {
        Ok(done) if done.status.success() && worked.is_ok() => Ok(()),
        Ok(done) => {
            let said = String::from_utf8_lossy(&done.stderr);
            let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason");
            Err(Failure::could_not(format!("age did not encrypt it: {}.", said.trim_end_matches('.')))
                .hint("Look at the keys: each is the line that begins with age1 in the reader's own file."))
        }
        Err(error) => Err(Failure::could_not(format!("age could not be waited for: {error}."))),
    }
}
