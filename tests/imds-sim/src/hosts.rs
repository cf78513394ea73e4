//! The token endpoint of each kind of host.

use std::io;

use crate::endpoint::Endpoint;
use crate::host::Host;
use crate::options::Options;

mod app_service;
mod arc;
mod automation;
mod cloud_shell;
mod keys;
mod machine_learning;
mod pod_identity;
mod service_fabric;
mod virtual_machine;

/// The token endpoint of the kind of host that is chosen.
pub(crate) fn endpoint(options: &Options) -> io::Result<Box<dyn Endpoint>> {
    Ok(match options.host {
        Host::Vm => Box::new(virtual_machine::VirtualMachine),
        Host::AppService => Box::new(app_service::AppService::new()),
        Host::Automation => Box::new(automation::Automation::new()),
        Host::MachineLearning => Box::new(machine_learning::MachineLearning::new(options)),
        Host::CloudShell => Box::new(cloud_shell::CloudShell::new()),
        Host::Arc => Box::new(arc::Agent::new(options)?),
        Host::ServiceFabric => Box::new(service_fabric::ServiceFabric::new()?),
        Host::PodIdentity => Box::new(pod_identity::PodIdentity),
    })
}
