//! What other programs read and write: one file a format.
//!
//! Pure: an incident as it may leave in, bytes out; bytes in, pieces of an [`intake`] out.

pub mod arriving;
pub mod aurora;
pub mod bundle;
pub mod cacao;
mod case;
pub mod csv;
pub mod elements;
pub mod intake;
pub mod iris;
pub mod lasting;
pub mod misp;
pub mod ocsf;
pub mod stix;
pub mod thehive;
pub mod timesketch;
pub mod veris;

use chrono::{DateTime, Utc};

use crate::incident::release::{Holds, Released};
use crate::model::refusal::Refusal;
use crate::model::text::{nearest, quoted};
use crate::model::time::Zone;

/// What a format needs beside the incident.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// When it leaves (UTC).
    pub now: DateTime<Utc>,
    /// In which times are written that people read; machines get UTC.
    pub zone: &'a Zone,
}

/// A format an incident leaves in.
#[derive(Clone, Copy)]
pub struct Export {
    /// The word on the command line.
    pub name: &'static str,
    /// What it is, without a period.
    pub about: &'static str,
    /// The ending of a file, without its dot.
    pub ending: &'static str,
    pub holds: Holds,
    pub write: fn(&Released, Moment<'_>) -> Result<Vec<u8>, Refusal>,
}

/// A format something arrives in.
#[derive(Clone, Copy)]
pub struct Import {
    /// The word on the command line.
    pub name: &'static str,
    /// What it is, without a period.
    pub about: &'static str,
    pub brings: intake::Brings,
    pub read: intake::Read,
}

impl Import {
    /// Whether it is read row by row: then what is left out of a cell is said of that cell.
    pub fn is_table(&self) -> bool {
        matches!(self.name, "csv" | "timesketch" | "iris")
    }
}

impl std::fmt::Debug for Import {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Every format an incident leaves in, in the order of the help.
pub static EXPORTS: &[Export] = &[
    Export {
        name: "stix",
        about: "STIX 2.1 bundle: the incident, its indicators and what they were seen on",
        ending: "json",
        holds: Holds::Items,
        write: stix::write,
    },
    Export {
        name: "misp",
        about: "MISP event: the indicators as attributes",
        ending: "json",
        holds: Holds::Items,
        write: misp::write,
    },
    Export {
        name: "ocsf",
        about: "OCSF 1.5.0 Incident Finding",
        ending: "json",
        holds: Holds::Incident,
        write: ocsf::write,
    },
    Export {
        name: "cacao",
        about: "CACAO 2.0 playbook of its checklists",
        ending: "json",
        holds: Holds::Incident,
        write: cacao::write,
    },
    Export {
        name: "timesketch",
        about: "The timeline for Timesketch, as CSV",
        ending: "csv",
        holds: Holds::Incident,
        write: timesketch::write_csv,
    },
    Export {
        name: "timesketch-jsonl",
        about: "The timeline for Timesketch, one JSON object a line",
        ending: "jsonl",
        holds: Holds::Incident,
        write: timesketch::write_jsonl,
    },
    Export {
        name: "csv-timeline",
        about: "The timeline as a table",
        ending: "csv",
        holds: Holds::Incident,
        write: csv::timeline::write,
    },
    Export {
        name: "csv-components",
        about: "The components as a table",
        ending: "csv",
        holds: Holds::Incident,
        write: csv::components::write,
    },
    Export {
        name: "csv-indicators",
        about: "The indicators as a table",
        ending: "csv",
        holds: Holds::Incident,
        write: csv::indicators::write,
    },
    Export {
        name: "csv-evidence",
        about: "The evidence as a table",
        ending: "csv",
        holds: Holds::Incident,
        write: csv::evidence::write,
    },
    Export {
        name: "csv-tasks",
        about: "The checklists of all visits as a table",
        ending: "csv",
        holds: Holds::Incident,
        write: csv::tasks::write,
    },
    Export {
        name: "iris-assets",
        about: "The components as DFIR-IRIS takes assets",
        ending: "csv",
        holds: Holds::Incident,
        write: iris::write_assets,
    },
    Export {
        name: "iris-iocs",
        about: "The indicators in use as DFIR-IRIS takes IOCs",
        ending: "csv",
        holds: Holds::Items,
        write: iris::write_iocs,
    },
    Export {
        name: "iris-events",
        about: "The timeline as DFIR-IRIS takes events",
        ending: "csv",
        holds: Holds::Incident,
        write: iris::write_events,
    },
    Export {
        name: "iris-tasks",
        about: "The tasks as DFIR-IRIS lists them",
        ending: "csv",
        holds: Holds::Incident,
        write: iris::write_tasks,
    },
    Export {
        name: "iris-evidence",
        about: "The evidence as DFIR-IRIS lists it",
        ending: "csv",
        holds: Holds::Incident,
        write: iris::write_evidence,
    },
];

/// Every format that is read, in the order of the help.
pub static IMPORTS: &[Import] = &[
    Import {
        name: "stix",
        about: "STIX 2.1 bundle: its incident, with indicators and observables; -i takes it into one here",
        brings: intake::Brings::Either,
        read: stix::read,
    },
    Import {
        name: "misp",
        about: "MISP event: its attributes and those of its objects",
        brings: intake::Brings::Acts,
        read: misp::read,
    },
    Import {
        name: "cacao",
        about: "CACAO 2.0 playbook: its manual steps as tasks of the phase at hand",
        brings: intake::Brings::Acts,
        read: cacao::read,
    },
    Import {
        name: "csv",
        about: "Any table: ours by their headings, others by their columns; --map COLUMN=FIELD",
        brings: intake::Brings::Acts,
        read: csv::read,
    },
    Import {
        name: "timesketch",
        about: "Events of Timesketch, Plaso or log2timeline, as CSV or JSON lines",
        brings: intake::Brings::Acts,
        read: timesketch::read,
    },
    Import {
        name: "iris",
        about: "Assets, IOCs, timeline, tasks or evidence of DFIR-IRIS, as CSV",
        brings: intake::Brings::Acts,
        read: iris::read,
    },
    veris::IMPORT,
    thehive::IMPORT,
    aurora::IMPORT,
];

/// The format of this name, as it is read.
///
/// # Errors
/// Refuses what is no format, and what is written only, with what is read instead.
pub fn format_to_read(name: &str) -> Result<&'static Import, Refusal> {
    if let Some(format) = IMPORTS.iter().find(|format| format.name.eq_ignore_ascii_case(name)) {
        return Ok(format);
    }
    if let Some(written) = EXPORTS.iter().find(|format| format.name.eq_ignore_ascii_case(name)) {
        let (what, instead) = match written.name.split_once('-') {
            // What several formats are written as is read as one.
            Some((read, _)) if IMPORTS.iter().any(|format| format.name == read) => {
                let what = format!("{} is a name for writing; such a file is read as {read}.", written.name);
                (what, format!("casebook import {read} FILE --dry-run"))
            }
            _ => (
                format!("{} is written by casebook, and not read.", written.name.to_uppercase()),
                "A whole incident comes back from a bundle (casebook import bundle FILE); its indicators and \
                 components from STIX (casebook import stix FILE)."
                    .to_owned(),
            ),
        };
        return Err(Refusal::misused(what).hint(instead));
    }
    let refusal = Refusal::misused(format!("There is no format {} to import.", quoted(name)));
    let names: Vec<&str> = IMPORTS.iter().map(|format| format.name).chain([bundle::NAME]).collect();
    Err(match nearest(name, names.iter().copied()) {
        Some(near) => refusal.hint(format!("Did you mean {near}?")),
        None => refusal.hint(format!("Type one of {}.", names.join(", "))),
    })
}

#[cfg(test)]
pub(crate) mod tests;
