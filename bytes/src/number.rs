//! The number of an incident, which stands in the name of every folder: `INC-2026-0007`.

/// The word of the series, the year and the count. `None`: it is none, or the count is too high.
pub fn number(text: &str) -> Option<(&str, i32, u32)> {
    let bytes = text.as_bytes();
    let dash = bytes.iter().position(|byte| *byte == b'-')?;
    let (year, n) = bytes[dash + 1..].split_at_checked(4)?;
    let (mark, n) = n.split_first()?;
    if *mark != b'-' || n.len() < 4 {
        return None;
    }
    Some((&text[..dash], i32::try_from(digits(year)?).ok()?, digits(n)?))
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Writes such a number: year and count in at least four digits.
pub fn spell(out: &mut String, word: &str, year: u32, n: u32) {
    out.push_str(word);
    for number in [year, n] {
        out.push('-');
        let mut high = 1000;
        while number / high >= 10 {
            high *= 10;
        }
        while high > 0 {
            out.push(char::from(b'0' + u8::try_from(number / high % 10).unwrap_or(0)));
            high /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_reads_as_it_is_spelled(year in 0u32..10_000, n in prop_oneof![0u32..20_000, any::<u32>()]) {
            let mut text = String::new();
            spell(&mut text, "INC", year, n);
            prop_assert_eq!(&text, &format!("INC-{year:04}-{n:04}"));
            prop_assert_eq!(number(&text), Some(("INC", i32::try_from(year).unwrap(), n)));
        }

        #[test]
        fn what_is_no_number_is_none(text in "[A-Z]{0,4}-?[0-9+]{0,5}-?[0-9 -]{0,11}") {
            let parts: Vec<&str> = text.splitn(3, '-').collect();
            let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            let is = parts.len() == 3
                && parts[1].len() == 4 && plain(parts[1])
                && parts[2].len() >= 4 && plain(parts[2]) && parts[2].parse::<u32>().is_ok();
            prop_assert_eq!(number(&text).is_some(), is, "{}", text);
        }
    }
}
