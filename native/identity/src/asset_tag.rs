//! Whether the machine is an Azure VM, by the asset tag of its chassis, which every Azure VM has.
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>

#[cfg(windows)]
mod windows;

use std::sync::OnceLock;

/// Asset tag of Azure VMs.
pub(crate) const AZURE: &str = "7783-7084-3265-9085-8269-3286-77";

/// Whether this machine is an Azure VM. Read once, because the tag does not change.
pub(crate) fn is_azure() -> bool {
    static KNOWN: OnceLock<bool> = OnceLock::new();
    *KNOWN.get_or_init(|| read().is_some_and(|tag| tag.trim() == AZURE))
}

#[cfg(target_os = "linux")]
fn read() -> Option<String> {
    std::fs::read_to_string("/sys/class/dmi/id/chassis_asset_tag").ok()
}

#[cfg(windows)]
fn read() -> Option<String> {
    parse_smbios(&windows::firmware_table()?)
}

#[cfg(not(any(target_os = "linux", windows)))]
const fn read() -> Option<String> {
    None
}

/// Parses the asset tag from the SMBIOS tables as Windows returns them: a header of 8 bytes, then structures, each with
/// type, length and handle before its fields, followed by its strings, each ended by a zero and all by one more.
/// <https://www.dmtf.org/standards/smbios>, structure type 3.
#[cfg(any(windows, test, fuzzing))]
pub(crate) fn parse_smbios(table: &[u8]) -> Option<String> {
    const HEADER: usize = 8;
    const ENCLOSURE: u8 = 3;
    /// Offset in the enclosure of the number of the string that is its tag.
    const TAG: usize = 8;
    let mut rest = table.get(HEADER..)?;
    loop {
        let (kind, length) = (*rest.first()?, usize::from(*rest.get(1)?));
        // A structure shorter than its own header would never advance.
        let (fields, behind) = rest.split_at_checked(length).filter(|_| length >= 4)?;
        let end = behind.windows(2).position(|pair| pair == [0, 0])?;
        if kind == ENCLOSURE {
            let number = usize::from(*fields.get(TAG)?).checked_sub(1)?;
            let text = behind.get(..end)?.split(|byte| *byte == 0).nth(number)?;
            return Some(String::from_utf8_lossy(text).into_owned());
        }
        rest = behind.get(end + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A structure with these fields behind its head, and these texts.
    fn structure(kind: u8, fields: &[u8], texts: &[&str]) -> Vec<u8> {
        let mut bytes = vec![kind, u8::try_from(fields.len() + 4).unwrap(), 1, 0];
        bytes.extend(fields);
        for text in texts {
            bytes.extend(text.as_bytes());
            bytes.push(0);
        }
        // Without a text there are two zeros all the same.
        bytes.extend(if texts.is_empty() { &[0, 0][..] } else { &[0][..] });
        bytes
    }

    fn table(structures: &[Vec<u8>]) -> Vec<u8> {
        [vec![0; 8], structures.concat(), structure(127, &[], &[])].concat()
    }

    #[test]
    fn the_tag_is_the_text_that_the_enclosure_says() {
        let bios = structure(0, &[1, 2, 0, 0], &["vendor", "version"]);
        let board = structure(2, &[0; 8], &[]);
        let enclosure = structure(3, &[1, 3, 2, 3, 4, 0], &["Microsoft", "v", "serial", AZURE]);
        assert_eq!(parse_smbios(&table(&[bios, board, enclosure])).as_deref(), Some(AZURE));
    }

    #[test]
    fn a_table_without_a_tag_has_none_and_one_that_is_cut_or_wrong_has_an_end() {
        let untagged = structure(3, &[1, 3, 2, 3, 0, 0], &["Microsoft"]);
        let beyond = structure(3, &[1, 3, 2, 3, 9, 0], &["Microsoft"]);
        for structures in [vec![], vec![untagged], vec![beyond], vec![structure(3, &[1, 3], &["Microsoft"])]]
        {
            assert_eq!(parse_smbios(&table(&structures)), None);
        }
        let whole = table(&[structure(0, &[1], &["vendor"]), structure(3, &[1, 3, 2, 3, 1, 0], &[AZURE])]);
        for end in 0..whole.len() {
            let _ = parse_smbios(&whole[..end]);
        }
        for byte in 0..whole.len() {
            for value in [0, 1, 3, 255] {
                let mut wrong = whole.clone();
                wrong[byte] = value;
                let _ = parse_smbios(&wrong);
            }
        }
        assert_eq!(parse_smbios(&[0; 64]), None);
    }
}
