//! Everything that can have happened to an incident: one enum over the nouns' events.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::model::entry::Logged;

/// Declares the events: their variant, their name on disk, the type of their data.
macro_rules! events {
    ($($variant:ident = $kind:literal),+ $(,)?) => {
        /// A fact, in the past tense. The name on disk and the JSON of its data never change.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($variant($variant),)+
            /// Written by a newer casebook: kept byte for byte and shown raw.
            Unknown { kind: String, data: String, crit: bool },
        }

        $(impl From<$variant> for Event {
            fn from(event: $variant) -> Self {
                Event::$variant(event)
            }
        })+

        impl Event {
            /// The name on disk.
            pub fn kind(&self) -> &str {
                match self {
                    $(Event::$variant(_) => $kind,)+
                    Event::Unknown { kind, .. } => kind,
                }
            }

            /// The JSON of `data`.
            pub fn data(&self) -> String {
                match self {
                    $(Event::$variant(event) => json(event),)+
                    Event::Unknown { data, .. } => data.clone(),
                }
            }

            /// Reads an event. A kind this version does not know, or data it cannot read, is kept raw.
            pub fn read(kind: &str, data: &RawValue, crit: bool) -> Self {
                let known = match kind {
                    $($kind => serde_json::from_str(data.get()).ok().map(Event::$variant),)+
                    _ => None,
                };
                known.unwrap_or_else(|| Event::Unknown {
                    kind: kind.to_owned(),
                    data: data.get().to_owned(),
                    crit,
                })
            }
        }
    };
}

events! {
    Logged = "logged",
}

fn json(event: &impl Serialize) -> String {
    serde_json::to_string(event).expect("an event is plain structs, strings and numbers")
}
