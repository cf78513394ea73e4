//! Paths of the Azure Arc agent's program and keys.

use std::path::{Path, PathBuf};

/// Whether the agent's program is on this machine.
pub(crate) fn is_installed(program_files: Option<&str>) -> bool {
    let programs = if cfg!(windows) {
        vec![
            Path::new(program_files.unwrap_or(r"C:\Program Files"))
                .join(r"AzureConnectedMachineAgent\himds.exe"),
        ]
    } else if cfg!(target_os = "linux") {
        ["/opt/azcmagent/bin/himds", "/var/opt/azcmagent/bin/himds"].map(PathBuf::from).to_vec()
    } else {
        Vec::new()
    };
    programs.iter().any(|program| program.is_file())
}

/// Directory of the agent's key files; `None` on systems that it does not support.
pub(crate) fn token_directory(program_data: Option<&str>) -> Option<PathBuf> {
    if cfg!(windows) {
        Some(Path::new(program_data.unwrap_or(r"C:\ProgramData")).join(r"AzureConnectedMachineAgent\Tokens"))
    } else if cfg!(target_os = "linux") {
        Some(PathBuf::from("/var/opt/azcmagent/tokens"))
    } else {
        None
    }
}
