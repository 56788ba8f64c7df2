//! The types of indicators, in the order in which an unknown value is tried against them.

use super::super::refusal::{Refusal, quoted};
use super::super::text;

/// How a value of a type is made harmless for screens, reports and clipboards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Scheme and host.
    Url,
    /// `@` and the dots of the domain.
    Email,
    /// Dots of IPv4, colons of IPv6.
    Ip,
    /// Every dot.
    Domain,
    /// Hashes, paths, keys: as it is.
    Plain,
}

/// Declares the types: variant, id on disk, name for people, style; in the order they are tried.
macro_rules! kinds {
    ($($variant:ident $id:literal $name:literal $style:ident,)+) => {
        /// A type of indicator. The ids are those of `assets/indicators.json` and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($variant,)+
        }

        impl Kind {
            /// All of them, in the order they are tried.
            pub const ALL: &[Kind] = &[$(Kind::$variant,)+];

            /// The word on disk and on the command line.
            pub fn id(self) -> &'static str {
                match self {
                    $(Kind::$variant => $id,)+
                }
            }

            /// The name for people.
            pub fn name(self) -> &'static str {
                match self {
                    $(Kind::$variant => $name,)+
                }
            }

            /// How its values are made harmless.
            pub fn style(self) -> Style {
                match self {
                    $(Kind::$variant => Style::$style,)+
                }
            }

            /// The type of this id, exactly.
            pub fn of(id: &str) -> Option<Kind> {
                match id {
                    $($id => Some(Kind::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    Url "url" "URL" Url,
    Email "email" "E-mail address" Email,
    Ipv4Port "ipv4-port" "IPv4 with port" Ip,
    Ipv4Cidr "ipv4-cidr" "IPv4 network" Ip,
    Ipv4 "ipv4" "IPv4 address" Ip,
    Ipv6 "ipv6" "IPv6 address" Ip,
    Mac "mac" "MAC address" Plain,
    Sha512 "sha512" "SHA-512" Plain,
    Sha256 "sha256" "SHA-256" Plain,
    Sha1 "sha1" "SHA-1" Plain,
    Md5 "md5" "MD5" Plain,
    Ssdeep "ssdeep" "ssdeep" Plain,
    Ja4 "ja4" "JA4 TLS fingerprint" Plain,
    Jarm "jarm" "JARM fingerprint" Plain,
    Cve "cve" "CVE id" Plain,
    Technique "attack-technique" "ATT&CK technique id" Plain,
    Asn "asn" "AS number" Plain,
    RegistryKey "registry-key" "Windows registry key" Plain,
    PathWindows "path-windows" "Windows path" Plain,
    PathUnix "path-unix" "Unix path" Plain,
    Btc "btc" "Bitcoin address" Plain,
    Eth "eth" "Ethereum address" Plain,
    Xmr "xmr" "Monero address" Plain,
    Iban "iban" "IBAN" Plain,
    AwsKeyId "aws-key-id" "AWS access key id" Plain,
    MessageId "message-id" "E-mail Message-ID" Plain,
    Onion "onion" "Tor onion host" Domain,
    Domain "domain" "Domain or host name" Domain,
    FileName "filename" "File name" Plain,
    Account "account" "Account name" Plain,
    Mutex "mutex" "Mutex" Plain,
    UserAgent "user-agent" "User agent" Plain,
    Imphash "imphash" "Import hash" Plain,
    Ja3 "ja3" "JA3 fingerprint" Plain,
    CertSha256 "cert-sha256" "Certificate SHA-256" Plain,
    EmailSubject "email-subject" "E-mail subject" Plain,
    Service "service" "Windows service name" Plain,
    ScheduledTask "scheduled-task" "Scheduled task" Plain,
    CommandLine "command-line" "Command line" Plain,
    Phone "phone" "Phone number" Plain,
    Other "other" "Other text" Plain,
}

/// What other tools and people call our types.
const ALIASES: &[(&str, Kind)] = &[
    ("mail", Kind::Email),
    ("email-addr", Kind::Email),
    ("email-src", Kind::Email),
    ("email-dst", Kind::Email),
    ("ip-port", Kind::Ipv4Port),
    ("cidr", Kind::Ipv4Cidr),
    ("network", Kind::Ipv4Cidr),
    ("ipv4-addr", Kind::Ipv4),
    ("ipv6-addr", Kind::Ipv6),
    ("mac-address", Kind::Mac),
    ("sha-512", Kind::Sha512),
    ("sha-256", Kind::Sha256),
    ("sha-1", Kind::Sha1),
    ("jarm-fingerprint", Kind::Jarm),
    ("vulnerability", Kind::Cve),
    ("technique", Kind::Technique),
    ("as", Kind::Asn),
    ("regkey", Kind::RegistryKey),
    ("registry", Kind::RegistryKey),
    ("bitcoin", Kind::Btc),
    ("ethereum", Kind::Eth),
    ("monero", Kind::Xmr),
    ("email-message-id", Kind::MessageId),
    ("hostname", Kind::Domain),
    ("host", Kind::Domain),
    ("fqdn", Kind::Domain),
    ("domain-name", Kind::Domain),
    ("file", Kind::FileName),
    ("user", Kind::Account),
    ("ja3-fingerprint-md5", Kind::Ja3),
    ("x509-fingerprint-sha256", Kind::CertSha256),
    ("subject", Kind::EmailSubject),
    ("windows-service-name", Kind::Service),
    ("windows-scheduled-task", Kind::ScheduledTask),
    ("phone-number", Kind::Phone),
    ("text", Kind::Other),
];

/// Words that name several types at once: the value itself says which.
const LOOSE: &[&str] =
    &["ip", "ip-dst", "ip-src", "ip-dst|port", "hash", "path", "filepath", "wallet", "ioc"];

impl Kind {
    /// The type somebody named, by its id, its name, or what other tools call it; `None` inside: a word such
    /// as `ip` or `hash`, where the value itself says which type it is.
    ///
    /// # Errors
    /// Refused with the types there are.
    pub fn parse(words: &str) -> Result<Option<Kind>, Refusal> {
        let wanted = words.trim().to_lowercase().replace([' ', '_'], "-");
        if LOOSE.contains(&wanted.as_str()) {
            return Ok(None);
        }
        let named = || {
            Kind::ALL.iter().copied().find(|kind| kind.name().to_lowercase() == words.trim().to_lowercase())
        };
        let alias = || ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|(_, kind)| *kind);
        Kind::of(&wanted).or_else(named).or_else(alias).map(Some).ok_or_else(|| {
            let ids: Vec<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
            Refusal::misused(format!("There is no indicator type {}.", quoted(words)))
                .hint(format!("One of: {}.", ids.join(", ")))
        })
    }

    /// The value as screens, reports and clipboards show it: nothing in it can be clicked. Doing it twice
    /// changes nothing.
    pub fn defang(self, value: &str) -> String {
        match self.style() {
            Style::Plain => value.to_owned(),
            Style::Url => text::defang(value).into_owned(),
            Style::Email => match value.rsplit_once('@') {
                Some((local, domain)) if !local.ends_with('[') => {
                    format!("{local}[@]{}", marked(domain, "."))
                }
                _ => value.to_owned(),
            },
            Style::Domain => marked(value, "."),
            Style::Ip if self == Kind::Ipv6 => marked(value, ":"),
            Style::Ip => marked(value, "."),
        }
    }
}

/// The value as it is shown, whatever its type is called; an unknown type is treated as free text.
pub fn shown(kind: &str, value: &str) -> String {
    match Kind::of(kind) {
        Some(kind) => kind.defang(value),
        None => text::defang(value).into_owned(),
    }
}

/// Brackets around every `mark` that has none yet.
fn marked(value: &str, mark: &str) -> String {
    let bracketed = format!("[{mark}]");
    value.replace(&bracketed, mark).replace(mark, &bracketed)
}

#[cfg(test)]
mod tests {
    use super::super::tests::file;
    use super::*;

    #[test]
    fn the_types_are_those_of_the_reviewed_list_in_its_order() {
        let listed = file()["types"].as_array().unwrap().clone();
        let mut orders = Vec::new();
        assert_eq!(listed.len(), Kind::ALL.len());
        for (kind, listed) in Kind::ALL.iter().zip(&listed) {
            assert_eq!(
                (kind.id(), kind.name()),
                (listed["id"].as_str().unwrap(), listed["name"].as_str().unwrap())
            );
            let style = match kind.style() {
                Style::Url => "url",
                Style::Email => "email",
                Style::Ip => "ip",
                Style::Domain => "domain",
                Style::Plain => "none",
            };
            assert_eq!(style, listed["defang"]);
            assert_eq!(Kind::of(kind.id()), Some(*kind));
            assert_eq!(Kind::parse(kind.name()).unwrap(), Some(*kind));
            orders.push(listed["order"].as_u64().unwrap());
        }
        assert!(orders.is_sorted());
    }

    #[test]
    fn a_type_answers_to_what_other_tools_call_it() {
        for (words, kind) in
            [("SHA-256", Kind::Sha256), ("hostname", Kind::Domain), ("File name", Kind::FileName)]
        {
            assert_eq!(Kind::parse(words).unwrap(), Some(kind));
        }
        assert_eq!(Kind::parse("ip-dst").unwrap(), None);
        let refusal = Kind::parse("barista").unwrap_err();
        assert!(refusal.hint.unwrap().contains("registry-key"));
    }

    #[test]
    fn values_are_defanged_by_their_type_and_twice_changes_nothing() {
        for (kind, real, harmless) in [
            (Kind::Url, "http://bad.example/a.b?x=1.2", "hxxp://bad[.]example/a.b?x=1.2"),
            (Kind::Ipv4Port, "203.0.113.7:443", "203[.]0[.]113[.]7:443"),
            (Kind::Ipv4Cidr, "203.0.113.0/24", "203[.]0[.]113[.]0/24"),
            (Kind::Ipv6, "2001:db8::1", "2001[:]db8[:][:]1"),
            (Kind::Email, "ceo.x@bad.example", "ceo.x[@]bad[.]example"),
            (Kind::Domain, "setup.zip", "setup[.]zip"),
            (Kind::FileName, "invoice.pdf.exe", "invoice.pdf.exe"),
            (Kind::MessageId, "<a.1@mail.bad.example>", "<a.1@mail.bad.example>"),
        ] {
            assert_eq!(kind.defang(real), harmless);
            assert_eq!(kind.defang(harmless), harmless);
        }
        assert_eq!(shown("of-a-newer-casebook", "bad.example"), "bad[.]example");
    }
}
