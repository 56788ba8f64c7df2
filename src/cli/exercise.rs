//! A line that is about a drill: read in the time of its story.

use super::choose;
use super::failure::Failure;
use super::shell::Shell;
use crate::model::time::Zone;
use crate::store::{Number, Series};
use crate::verb::{Act, Said};

/// Where a line that is about a drill stands; the shell's moment and zone become those of the story. `false`:
/// it is about no drill.
///
/// # Errors
/// Where the drill cannot be read.
pub(super) fn enter(shell: &mut Shell, said: &Said) -> Result<bool, Failure> {
    leave(shell);
    if !about_an_incident(&said.act) {
        return Ok(false);
    }
    // Whoever asks for the incident next says why there is none.
    let Ok(address) = choose::incident(shell, said) else { return Ok(false) };
    shell.line = Some(address.clone());
    if !address.number.parse::<Number>().is_ok_and(|number| number.series == Series::Ex) {
        return Ok(false);
    }
    let record = shell.read(&address)?;
    let Some(drill) = record.incident.drill.as_deref() else { return Ok(false) };
    shell.now = drill.clock.story(shell.wall);
    shell.ex = Some(drill.clock.minute(shell.wall));
    if !shell.zone_named {
        shell.zone = Zone::fixed(*drill.exercise.start.offset());
    }
    Ok(true)
}

/// The next line stands in the time of the wall again.
fn leave(shell: &mut Shell) {
    shell.now = shell.wall;
    shell.ex = None;
    shell.line = None;
    shell.zone = shell.own_zone.clone();
}

fn about_an_incident(act: &Act) -> bool {
    !matches!(
        act,
        Act::Open(_)
            | Act::List(_)
            | Act::Mine
            | Act::Use
            | Act::Improvements
            | Act::Config { .. }
            | Act::Demo
            | Act::Keys
            | Act::Completions(_)
            | Act::Man
    )
}
