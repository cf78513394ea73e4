//! Detects the token source of this machine, in the order of Microsoft's own libraries, so that a script gets the same
//! source as with them; an empty variable counts as not set.

use std::sync::Arc;

use crate::environment::Environment;
use crate::error::Error;
use crate::source::Source;
use crate::source::app_service::AppServiceSource;
use crate::source::arc::AzureArcSource;
use crate::source::cloud_shell::CloudShellSource;
use crate::source::imds::ImdsSource;
use crate::source::machine_learning::MachineLearningSource;
use crate::source::service_fabric::ServiceFabricSource;

/// The source that the environment points to.
pub(crate) fn detect_source(environment: &Environment) -> Result<Arc<dyn Source>, Error> {
    if let Some(found) = ServiceFabricSource::detect(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = AppServiceSource::detect(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = MachineLearningSource::detect(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = CloudShellSource::detect(environment)? {
        return Ok(Arc::new(found));
    }
    if let Some(found) = AzureArcSource::detect(environment)? {
        return Ok(Arc::new(found));
    }
    Ok(Arc::new(ImdsSource::detect(environment)?))
}
