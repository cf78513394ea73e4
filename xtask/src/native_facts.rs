//! What a built library says of itself in its headers, whatever system it is for: read here, judged in `native_check`.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64, ResourceDirectoryTable};
use object::{Architecture, BinaryFormat, File, ImportFlags, Object, pe};

/// The facts that the rules are about.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) format: BinaryFormat,
    pub(crate) architecture: Architecture,
    pub(crate) exports: BTreeSet<String>,
    /// The libraries it needs, as it spells them.
    pub(crate) libraries: BTreeSet<String>,
    /// What it cannot be loaded without, where that has a version: `pthread_create@GLIBC_2.34`.
    pub(crate) versions: BTreeSet<String>,
    /// Windows' flags of a DLL; none elsewhere.
    pub(crate) flags: u16,
    /// The text of Windows' version information; none elsewhere.
    pub(crate) version_information: String,
}

impl Facts {
    pub(crate) fn read(data: &[u8]) -> Result<Self> {
        let file = File::parse(data)?;
        let mut facts = Self {
            format: file.format(),
            architecture: file.architecture(),
            exports: BTreeSet::new(),
            libraries: BTreeSet::new(),
            versions: BTreeSet::new(),
            flags: 0,
            version_information: String::new(),
        };
        // Names on macOS begin with an underscore that C does not show.
        let hidden = if facts.format == BinaryFormat::MachO { "_" } else { "" };
        for export in file.exports()? {
            let name = export?.name().name().map(text).unwrap_or_default();
            facts.exports.insert(name.strip_prefix(hidden).unwrap_or(&name).to_string());
        }
        for library in file.import_libraries()? {
            facts.libraries.insert(text(library?.name()));
        }
        for import in file.imports()? {
            let import = import?;
            if let (ImportFlags::Elf { version: Some(version), .. }, false) =
                (import.flags(), import.is_weak())
            {
                let name = import.name().name().map(text).unwrap_or_default();
                facts.versions.insert(format!("{name}@{}", text(version)));
            }
        }
        if facts.format == BinaryFormat::Pe {
            let file = PeFile64::parse(data)?;
            facts.flags = file.nt_headers().optional_header().dll_characteristics().0;
            facts.version_information = version_information(&file, data)?.unwrap_or_default();
        }
        Ok(facts)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The version resource, whose names and values are UTF-16 among a few numbers.
fn version_information(file: &PeFile64<'_>, data: &[u8]) -> Result<Option<String>> {
    let sections = file.section_table();
    let Some(resources) = file.data_directories().resource_directory(data, &sections)? else {
        return Ok(None);
    };
    let kinds = resources.root()?;
    let Some(kind) = kinds.entries.iter().find(|entry| entry.name_or_id().id() == Some(pe::RT_VERSION))
    else {
        return Ok(None);
    };
    let first = |table: ResourceDirectoryTable<'_>| table.entries.first().copied();
    let name = kind.data(resources)?.table().and_then(first).context("a version resource without a name")?;
    let language =
        name.data(resources)?.table().and_then(first).context("a version resource in no language")?;
    let place = language.data(resources)?.data().context("a version resource without data")?;
    let bytes = sections
        .pe_data_at(data, place.offset_to_data.get(object::LittleEndian))
        .and_then(|bytes| bytes.get(..place.size.get(object::LittleEndian) as usize))
        .context("a version resource outside of the file")?;
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    Ok(Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()))
}
