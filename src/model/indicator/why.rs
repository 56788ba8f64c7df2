//! Why something that looks like an indicator was not taken as one.

/// The reason, for the table of a paste.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// RFC 1918, RFC 6598, RFC 4193.
    Private,
    Loopback,
    LinkLocal,
    Multicast,
    /// `0.0.0.0`, `::`, `255.255.255.255`.
    Nowhere,
    /// A name that no public server answers to: RFC 6761, RFC 6762, RFC 8375 and the like.
    ReservedName,
    /// One of the domains the person named as their own.
    OwnDomain,
    /// The number of a version of some program.
    Version,
    /// The hash of nothing at all.
    EmptyHash,
    Octet,
    LeadingZero,
    Port,
    Prefix,
    Checksum,
    Scheme,
    Host,
    /// The type that was named does not look like this.
    NotThisType(&'static str),
    /// Nothing in it looks like an indicator.
    NoType,
    /// Longer than a value may be.
    TooLong,
    /// A row of a table, and what is wrong with it.
    Row(String),
}

impl Why {
    /// Whether a person may take it all the same: it is a sound value, only an unlikely one.
    pub fn may_be_taken(&self) -> bool {
        matches!(
            self,
            Why::Private
                | Why::Loopback
                | Why::LinkLocal
                | Why::Multicast
                | Why::Nowhere
                | Why::ReservedName
                | Why::OwnDomain
                | Why::Version
                | Why::EmptyHash
        )
    }

    /// In words, without a period.
    pub fn words(&self) -> String {
        match self {
            Why::Private => "private address",
            Why::Loopback => "address of the machine itself",
            Why::LinkLocal => "link-local address",
            Why::Multicast => "multicast address",
            Why::Nowhere => "address of no host",
            Why::ReservedName => "reserved name",
            Why::OwnDomain => "own domain",
            Why::Version => "version number",
            Why::EmptyHash => "hash of an empty file",
            Why::Octet => "a part of the address is over 255",
            Why::LeadingZero => "a part of the address begins with 0",
            Why::Port => "the port is not 1 to 65535",
            Why::Prefix => "the prefix is over 32",
            Why::Checksum => "its checksum is wrong",
            Why::Scheme => "unknown scheme",
            Why::Host => "no host in it",
            Why::NotThisType(name) => return format!("it is no {name}"),
            Why::NoType => "nothing in it looks like an indicator",
            Why::TooLong => "longer than 2,048 characters",
            Why::Row(words) => return words.clone(),
        }
        .to_owned()
    }
}
