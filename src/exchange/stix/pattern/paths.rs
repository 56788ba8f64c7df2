//! Which path of a STIX object holds which type of indicator.

use crate::model::indicator::Kind;

/// The path of a type that is one comparison of a text, as the reviewed list has it; a test holds them equal.
pub(super) fn of(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Url => "url:value",
        Kind::Email => "email-addr:value",
        Kind::Ipv4 | Kind::Ipv4Cidr => "ipv4-addr:value",
        Kind::Ipv6 => "ipv6-addr:value",
        Kind::Mac => "mac-addr:value",
        Kind::Sha512 => "file:hashes.'SHA-512'",
        Kind::Sha256 => "file:hashes.'SHA-256'",
        Kind::Sha1 => "file:hashes.'SHA-1'",
        Kind::Md5 => "file:hashes.MD5",
        Kind::Ssdeep => "file:hashes.SSDEEP",
        Kind::RegistryKey => "windows-registry-key:key",
        Kind::Btc | Kind::Eth | Kind::Xmr => "x-cryptocurrency-wallet:address",
        Kind::AwsKeyId => "user-account:user_id",
        Kind::MessageId => "email-message:message_id",
        Kind::Onion | Kind::Domain => "domain-name:value",
        Kind::FileName => "file:name",
        Kind::Account => "user-account:account_login",
        Kind::Mutex => "mutex:name",
        Kind::UserAgent => "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
        Kind::CertSha256 => "x509-certificate:hashes.'SHA-256'",
        Kind::EmailSubject => "email-message:subject",
        Kind::Service => "process:extensions.'windows-service-ext'.service_name",
        Kind::CommandLine => "process:command_line",
        Kind::Ipv4Port
        | Kind::Asn
        | Kind::PathWindows
        | Kind::PathUnix
        | Kind::Ja4
        | Kind::Jarm
        | Kind::Cve
        | Kind::Technique
        | Kind::Iban
        | Kind::Imphash
        | Kind::Ja3
        | Kind::ScheduledTask
        | Kind::Phone
        | Kind::Other => return None,
    })
}

/// What the value of a path may be, the likelier types first. The path is written without quotes and without
/// the place in a list. `None`: nothing of ours.
pub(super) fn kinds(path: &str) -> Option<&'static [Kind]> {
    const ADDRESS: &[Kind] = &[Kind::Ipv4, Kind::Ipv4Cidr, Kind::Ipv6];
    const HOST: &[Kind] = &[Kind::Ipv4, Kind::Ipv4Cidr, Kind::Ipv6, Kind::Onion, Kind::Domain];
    const FOLDER: &[Kind] = &[Kind::PathWindows, Kind::PathUnix, Kind::Other];
    Some(match path {
        "url:value" => &[Kind::Url],
        "email-addr:value"
        | "email-message:from_ref.value"
        | "email-message:sender_ref.value"
        | "email-message:to_refs.value"
        | "email-message:cc_refs.value"
        | "email-message:bcc_refs.value" => &[Kind::Email],
        "ipv4-addr:value" | "ipv6-addr:value" => ADDRESS,
        "network-traffic:dst_ref.value"
        | "network-traffic:src_ref.value"
        | "domain-name:resolves_to_refs.value" => HOST,
        "mac-addr:value" => &[Kind::Mac],
        "file:hashes.SHA-512" | "file:hashes.SHA512" | "artifact:hashes.SHA-512" => &[Kind::Sha512],
        "file:hashes.SHA-256" | "file:hashes.SHA256" | "artifact:hashes.SHA-256" => &[Kind::Sha256],
        "file:hashes.SHA-1" | "file:hashes.SHA1" | "artifact:hashes.SHA-1" => &[Kind::Sha1],
        "file:hashes.MD5" | "artifact:hashes.MD5" => &[Kind::Md5],
        "file:hashes.SSDEEP" | "file:hashes.ssdeep" => &[Kind::Ssdeep],
        "file:hashes.IMPHASH" | "file:extensions.windows-pebinary-ext.imphash" => &[Kind::Imphash],
        "autonomous-system:number" => &[Kind::Asn],
        "windows-registry-key:key" => &[Kind::RegistryKey, Kind::Other],
        "x-cryptocurrency-wallet:address"
        | "cryptocurrency-wallet:address"
        | "cryptocurrency-wallet:value" => &[Kind::Btc, Kind::Eth, Kind::Xmr, Kind::Other],
        "user-account:user_id" => &[Kind::AwsKeyId, Kind::Account],
        "user-account:account_login" | "user-account:display_name" => &[Kind::Account],
        "email-message:message_id" => &[Kind::MessageId],
        "email-message:subject" => &[Kind::EmailSubject],
        "domain-name:value" | "hostname:value" => &[Kind::Onion, Kind::Domain],
        // A name without a known ending, or a whole path where only its name belongs.
        "file:name" | "process:name" => &[Kind::FileName, Kind::PathWindows, Kind::Other],
        "file:parent_directory_ref.path" | "directory:path" => FOLDER,
        "mutex:name" => &[Kind::Mutex],
        "network-traffic:extensions.http-request-ext.request_header.User-Agent" => &[Kind::UserAgent],
        "x509-certificate:hashes.SHA-256" => &[Kind::CertSha256],
        "process:extensions.windows-service-ext.service_name" => &[Kind::Service],
        "process:command_line" => &[Kind::CommandLine],
        _ => return own(path),
    })
}

/// Types STIX has no path for, under our own.
fn own(path: &str) -> Option<&'static [Kind]> {
    let id = path.strip_prefix(super::OWN)?.strip_prefix(':')?;
    let at = Kind::ALL.iter().position(|kind| super::own(kind.id()) == id)?;
    Some(&Kind::ALL[at..=at])
}

/// What only describes the value beside it, and says nothing by itself.
pub(super) fn beside(path: &str) -> bool {
    path.ends_with(".type")
        || matches!(
            path,
            "network-traffic:protocols"
                | "network-traffic:src_port"
                | "network-traffic:dst_port"
                | "file:size"
                | "file:mime_type"
                | "user-account:account_type"
                | "email-message:is_multipart"
        )
}
