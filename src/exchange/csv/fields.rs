//! What a column of somebody's table can be, and which it is by the words of its heading.

use crate::model::refusal::{Refusal, quoted};
use crate::model::text::nearest;

/// Declares the fields: variant, word on the command line, what it means.
macro_rules! fields {
    ($($variant:ident $word:literal $about:literal,)+) => {
        /// What a column is taken for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($variant,)+
        }

        impl Field {
            /// All of them, in the order they are chosen in.
            pub const ALL: &[Field] = &[$(Field::$variant,)+];

            /// The word on the command line and on screens.
            pub fn word(self) -> &'static str {
                match self {
                    $(Field::$variant => $word,)+
                }
            }

            /// What it means, in a few words.
            pub fn about(self) -> &'static str {
                match self {
                    $(Field::$variant => $about,)+
                }
            }
        }
    };
}

fields! {
    Skip "skip" "left out",
    Time "time" "when it happened, date and time of day",
    Date "date" "the date, where the time of day is a column of its own",
    Clock "clock" "the time of day, beside a date",
    Zone "zone" "the zone of the time: UTC, +02:00, Europe/Berlin",
    Message "message" "what happened; several are joined",
    Detail "detail" "put behind the message with its name",
    Host "host" "the component it happened on",
    Who "who" "who of us did it",
    Source "source" "where it is known from",
    Technique "technique" "ATT&CK techniques",
    Lane "lane" "actor or us",
    Kind "kind" "note, action, observation, decision, communication",
    Indicator "indicator" "a value for the list of indicators",
    Type "type" "the type of the indicator or component",
    Tlp "tlp" "the label of the indicator",
    Tags "tags" "tags of the indicator or component",
    Note "note" "a note on the indicator or component",
    Component "component" "a name for the list of components",
    Stage "stage" "the stage of the component",
    Owner "owner" "who answers for the component",
}

impl Field {
    /// Reads the word.
    ///
    /// # Errors
    /// Refused with the words there are.
    pub fn parse(words: &str) -> Result<Field, Refusal> {
        let wanted = words.trim().to_lowercase();
        Field::ALL.iter().copied().find(|field| field.word() == wanted).ok_or_else(|| {
            let words: Vec<&str> = Field::ALL.iter().map(|field| field.word()).collect();
            Refusal::misused(format!("There is no field {} to map a column to.", quoted(&wanted)))
                .hint(format!("One of: {}.", words.join(", ")))
        })
    }
}

/// What each column is: by its heading, and as it was mapped.
///
/// # Errors
/// Refuses columns and fields that there are not.
pub fn columns(heading: &[String], mapped: &[(String, String)]) -> Result<Vec<Field>, Refusal> {
    let mut fields = guessed(heading);
    for (column, field) in mapped {
        let field = Field::parse(field)?;
        let numbered = column
            .trim_start_matches('#')
            .parse::<usize>()
            .ok()
            .filter(|n| (1..=heading.len()).contains(n))
            .map(|n| n - 1);
        let at = heading.iter().position(|name| name.eq_ignore_ascii_case(column)).or(numbered);
        let Some(at) = at else {
            let refusal = Refusal::misused(format!("The table has no column {}.", quoted(column)));
            return Err(match nearest(column, heading.iter().map(String::as_str)) {
                Some(near) => refusal.hint(format!("Did you mean {near}?")),
                None => refusal.hint(format!("It has {}.", named(heading))),
            });
        };
        fields[at] = field;
    }
    Ok(fields)
}

/// The first columns by name, for a message.
pub fn named(heading: &[String]) -> String {
    const MOST: usize = 12;
    let mut names: Vec<&str> = heading.iter().take(MOST).map(String::as_str).collect();
    if heading.len() > MOST {
        names.push("…");
    }
    names.join(", ")
}

/// `EventTime (UTC)` as `event time utc`.
fn words_of(heading: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for c in heading.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.extend(if c.is_alphanumeric() { c } else { ' ' }.to_lowercase());
        before = c;
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

const TIMES: &[&str] = &[
    "datetime",
    "timestamp",
    "time",
    "date time",
    "event time",
    "time created",
    "happened",
    "occurred",
    "when",
    "ts",
    "utc time",
    "time utc",
    "start time",
    "event date",
    "date",
];
const MESSAGES: &[&str] = &[
    "message",
    "msg",
    "description",
    "event description",
    "text",
    "what",
    "activity",
    "event",
    "details",
    "summary",
    "title",
];
const HOSTS: &[&str] = &[
    "host",
    "hostname",
    "host name",
    "computer",
    "computer name",
    "device",
    "device name",
    "machine",
    "system",
    "asset",
    "endpoint",
    "server",
    "workstation",
];
const SOURCES: &[&str] = &[
    "source",
    "log",
    "log source",
    "source name",
    "provider",
    "channel",
    "data source",
    "parser",
    "artifact",
    "sourcetype",
];
const TECHNIQUES: &[&str] = &[
    "technique",
    "techniques",
    "technique id",
    "mitre",
    "mitre technique",
    "attack technique",
    "att ck",
    "ttp",
    "ttps",
];
const INDICATORS: &[&str] = &[
    "indicator",
    "ioc",
    "observable",
    "value",
    "ip",
    "ip address",
    "src ip",
    "dst ip",
    "source ip",
    "destination ip",
    "hash",
    "file hash",
    "md5",
    "sha1",
    "sha 1",
    "sha256",
    "sha 256",
    "domain",
    "domain name",
    "url",
    "uri",
    "email",
    "sender",
];
const CONTEXT: &[&str] = &[
    "user",
    "username",
    "user name",
    "account",
    "account name",
    "process",
    "process name",
    "command",
    "command line",
    "path",
    "file",
    "file name",
    "filename",
    "event id",
    "port",
    "rule",
];

/// What columns are by their headings.
fn guessed(heading: &[String]) -> Vec<Field> {
    let words: Vec<String> = heading.iter().map(|name| words_of(name)).collect();
    let first = |names: &[&str]| names.iter().find_map(|name| words.iter().position(|have| have == name));
    let ends = |last: &str| words.iter().position(|have| have.split(' ').any(|word| word == last));
    let mut fields = vec![Field::Skip; heading.len()];
    let (date, clock) = (first(&["date"]), first(&["time", "time of day"]));
    let time = match (date, clock) {
        (Some(date), Some(clock)) => {
            (fields[date], fields[clock]) = (Field::Date, Field::Clock);
            Some(date)
        }
        _ => {
            let time = first(TIMES)
                .or_else(|| ends("timestamp"))
                .or_else(|| ends("datetime"))
                .or_else(|| ends("time"));
            if let Some(time) = time {
                fields[time] = Field::Time;
            }
            time
        }
    };
    let message = first(MESSAGES).filter(|at| fields[*at] == Field::Skip);
    let events = time.is_some() && message.is_some();
    if let Some(at) = message.filter(|_| events) {
        fields[at] = Field::Message;
    }
    let listed = first(INDICATORS).is_some() && !events;
    for (at, name) in words.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if fields[at] != Field::Skip {
            continue;
        }
        let is = |names: &[&str]| names.contains(&name.as_str());
        fields[at] = match () {
            () if is(&["timezone", "time zone", "tz", "zone", "utc offset"]) => Field::Zone,
            () if is(&["technique", "techniques"]) || is(TECHNIQUES) => Field::Technique,
            () if is(INDICATORS) => {
                if events {
                    Field::Detail
                } else {
                    Field::Indicator
                }
            }
            () if is(HOSTS) && events => Field::Host,
            () if is(SOURCES) && events => Field::Source,
            () if is(&["who", "analyst", "responder", "recorded by"]) && events => Field::Who,
            () if is(&["lane", "side"]) && events => Field::Lane,
            () if events && (is(MESSAGES) || is(CONTEXT)) => Field::Detail,
            () if events => Field::Skip,
            () if is(&["type", "indicator type", "ioc type", "asset type", "kind", "category"]) => {
                Field::Type
            }
            () if is(&["tlp"]) => Field::Tlp,
            () if is(&["tag", "tags", "label", "labels"]) => Field::Tags,
            () if is(&["note", "notes", "comment", "comments", "remark", "description", "details"]) => {
                Field::Note
            }
            () if is(SOURCES) && listed => Field::Source,
            () if (is(HOSTS) || is(&["name", "component"])) && !listed => Field::Component,
            () if is(&["stage", "status", "state"]) && !listed => Field::Stage,
            () if is(&["owner"]) => Field::Owner,
            () => Field::Skip,
        };
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(heading: &str, mapped: &[(&str, &str)]) -> String {
        let heading: Vec<String> = heading.split(',').map(str::to_owned).collect();
        let mapped: Vec<(String, String)> =
            mapped.iter().map(|(column, field)| ((*column).into(), (*field).into())).collect();
        let fields = columns(&heading, &mapped).unwrap();
        fields.iter().map(|field| field.word()).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn columns_are_known_by_the_words_of_their_headings() {
        for (heading, fields) in [
            ("TimeCreated,Computer,EventID,Message,UserName", "time,host,detail,message,detail"),
            ("Date,Time,Time Zone,Description,Source IP", "date,clock,zone,message,detail"),
            ("@timestamp,host,msg,analyst,Log Source", "time,host,message,who,source"),
            ("IOC,Type,TLP,Comment", "indicator,type,tlp,note"),
            ("SHA256,Tags", "indicator,tags"),
            ("Hostname,Type,Owner,Status", "component,type,owner,stage"),
            ("colour,size", "skip,skip"),
        ] {
            assert_eq!(of(heading, &[]), fields, "{heading}");
        }
    }

    #[test]
    fn what_was_mapped_wins_and_what_is_not_there_is_refused() {
        assert_eq!(of("a,b,c", &[("A", "time"), ("3", "message")]), "time,skip,message");
        let heading = ["Event Time".to_owned(), "What".to_owned()];
        let refusal = columns(&heading, &[("Event Tine".into(), "time".into())]).unwrap_err();
        assert_eq!(refusal.hint.unwrap(), "Did you mean Event Time?");
        let refusal = columns(&heading, &[("What".into(), "words".into())]).unwrap_err();
        assert!(refusal.hint.unwrap().contains("message"));
    }
}
