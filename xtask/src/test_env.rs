//! What the tests are told, and what they need of this machine.

use std::process::Command;

use anyhow::Result;

use crate::house::{ALIASES, House, MODULE};
use crate::sdk;

/// Why the .NET tests cannot run on this SDK, if they cannot.
pub(crate) fn old_sdk(house: &House) -> Result<Option<String>> {
    let sdk = sdk::version(house)?;
    Ok((!sdk.has_net10()).then(|| {
        format!("these tests run on .NET 10 and the SDK here is {sdk}; install the .NET SDK 10: https://dot.net/download")
    }))
}

/// Tells a test program where the things are that it tests. Nothing that forgets to name its service may reach the one of
/// the machine it runs on: by default it finds a port of this machine that nobody listens on.
pub(crate) fn with_places<'a>(house: &House, tests: &'a mut Command) -> &'a mut Command {
    tests
        .env("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")
        .env("TOLLGATE_TEST_MODULE", house.packed())
        .env("TOLLGATE_TEST_PACKAGE", house.gallery_package(MODULE))
        .env("TOLLGATE_TEST_AZ_MODULE", house.packed_as(ALIASES))
        .env("TOLLGATE_TEST_SIM", house.program("imds-sim"))
        .env("TOLLGATE_TEST_ARM_SIM", house.program("arm-sim"))
}
