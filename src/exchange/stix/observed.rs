//! Observables: an indicator as the thing itself, where STIX has one for it.
//!
//! Their ids follow from what they are (STIX 2.1, section 2.9), so that every tool names the same address alike.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::marking;
use super::pattern::halves;
use crate::model::indicator::Kind;
use crate::model::taxonomy::Tlp;

/// The space of observables (STIX 2.1, section 2.9).
const OBSERVABLES: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// The observables of a value: the last is the thing itself, those before are what it refers to. Empty: STIX
/// has none for it, or none that is named by what it is.
pub(super) fn of(kind: Kind, value: &str, label: Tlp) -> Vec<(String, Value)> {
    let one = |sort: &str, part: &str| vec![made(sort, json!({ part: value }), label)];
    match kind {
        Kind::Url => one("url", "value"),
        Kind::Email => one("email-addr", "value"),
        Kind::Ipv4 | Kind::Ipv4Cidr => one("ipv4-addr", "value"),
        Kind::Ipv6 => one("ipv6-addr", "value"),
        Kind::Mac => one("mac-addr", "value"),
        Kind::Onion | Kind::Domain => one("domain-name", "value"),
        Kind::FileName => one("file", "name"),
        Kind::Mutex => one("mutex", "name"),
        Kind::RegistryKey => one("windows-registry-key", "key"),
        Kind::Account => one("user-account", "account_login"),
        Kind::AwsKeyId => one("user-account", "user_id"),
        Kind::Sha512 => vec![made("file", json!({ "hashes": { "SHA-512": value } }), label)],
        Kind::Sha256 => vec![made("file", json!({ "hashes": { "SHA-256": value } }), label)],
        Kind::Sha1 => vec![made("file", json!({ "hashes": { "SHA-1": value } }), label)],
        Kind::Md5 => vec![made("file", json!({ "hashes": { "MD5": value } }), label)],
        Kind::CertSha256 => vec![made("x509-certificate", json!({ "hashes": { "SHA-256": value } }), label)],
        Kind::Asn => {
            let number = value.trim_start_matches("AS").parse::<u32>().ok();
            number.map(|n| made("autonomous-system", json!({ "number": n }), label)).into_iter().collect()
        }
        Kind::Ipv4Port => {
            let Some((address, port)) = value.split_once(':') else { return Vec::new() };
            let Ok(port) = port.parse::<u16>() else { return Vec::new() };
            let address = made("ipv4-addr", json!({ "value": address }), label);
            let traffic = json!({ "dst_ref": address.0, "dst_port": port, "protocols": ["ipv4"] });
            vec![address, made("network-traffic", traffic, label)]
        }
        Kind::PathWindows | Kind::PathUnix => match halves(kind, value) {
            Some((folder, "")) => vec![made("directory", json!({ "path": folder }), label)],
            Some((folder, name)) => {
                let folder = made("directory", json!({ "path": folder }), label);
                let file = json!({ "name": name, "parent_directory_ref": folder.0 });
                vec![folder, made("file", file, label)]
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// An observable and its id: everything we say of one contributes to it.
fn made(sort: &str, what: Value, label: Tlp) -> (String, Value) {
    // serde_json writes keys in order and nothing between them, as RFC 8785 wants it for such simple values.
    let id = format!("{sort}--{}", Uuid::new_v5(&OBSERVABLES, what.to_string().as_bytes()));
    let mut object = Map::new();
    object.insert("type".into(), json!(sort));
    object.insert("spec_version".into(), json!("2.1"));
    object.insert("id".into(), json!(id));
    object.insert("object_marking_refs".into(), json!([marking(label)]));
    if let Value::Object(what) = what {
        object.extend(what);
    }
    (id, Value::Object(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_are_those_the_standard_gives() {
        let id = |kind, value: &str| of(kind, value, Tlp::Clear).pop().unwrap().0;
        for (kind, value, expected) in [
            (Kind::Ipv4, "198.51.100.3", "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
            (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e", "file--02fff920-f614-527c-81d1-6353633a6d21"),
            (Kind::PathWindows, "C:\\t\\ünï \"x\".exe", "file--7463347b-e32e-5dce-88f4-79d18ad4fb5d"),
            (Kind::Ipv4Port, "198.51.100.3:443", "network-traffic--fb7cb25a-b62c-5ab5-b8f4-8cc00760df3a"),
            (Kind::Account, "INTRA\\o'neil", "user-account--08eba6c4-54d1-5a77-9555-ef2b2d63a1d5"),
            (Kind::Asn, "AS64500", "autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446"),
            (
                Kind::RegistryKey,
                "HKEY_LOCAL_MACHINE\\x",
                "windows-registry-key--48155f17-ac7f-5e63-aeb0-0b5afc75f905",
            ),
        ] {
            assert_eq!(id(kind, value), expected);
        }
    }
}
