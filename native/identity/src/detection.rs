//! Where tokens come from on this machine. The order is that of Microsoft's own libraries, so that a script finds the same
//! source as they do; a variable that is empty counts as not set.

use std::sync::Arc;

use crate::environment::Environment;
use crate::error::Error;
use crate::source::Source;
use crate::source::app_service::AppService;
use crate::source::arc::AzureArc;
use crate::source::cloud_shell::CloudShell;
use crate::source::machine_learning::MachineLearning;
use crate::source::service_fabric::ServiceFabric;
use crate::source::virtual_machine::VirtualMachine;

/// The source that the environment points to.
pub(crate) fn detect(environment: &Environment) -> Result<Arc<dyn Source>, Error> {
    if let Some(found) = ServiceFabric::find(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = AppService::find(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = MachineLearning::find(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = CloudShell::find(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = AzureArc::find(environment)? {
        return Ok(Arc::new(found));
    }
    Ok(Arc::new(VirtualMachine::find(environment)?))
}
