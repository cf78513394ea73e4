//! The kinds of hosts that have managed identities, and the token endpoint of each.

use std::io;

use crate::endpoint::Endpoint;
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

/// Where a program runs that asks for tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Host {
    /// A virtual machine, with the whole metadata service
    #[default]
    Vm,
    /// App Service, Functions and Container Apps, 2019-08-01
    AppService,
    /// A cloud job of Azure Automation, which takes App Service's requests and its own, forms included
    Automation,
    /// A compute of Azure Machine Learning
    MachineLearning,
    /// Cloud Shell, whose tokens are a person's
    CloudShell,
    /// A server under Azure Arc, which proves who it is by reading a file
    Arc,
    /// An application on Service Fabric, over TLS with a certificate known by its thumbprint
    ServiceFabric,
    /// A pod on AKS, behind the node's managed identity component (NMI)
    PodIdentity,
}

impl Host {
    pub(crate) fn endpoint(self, options: &Options) -> io::Result<Box<dyn Endpoint>> {
        Ok(match self {
            Self::Vm => Box::new(virtual_machine::VirtualMachine),
            Self::AppService => Box::new(app_service::AppService::new()),
            Self::Automation => Box::new(automation::Automation::new()),
            Self::MachineLearning => Box::new(machine_learning::MachineLearning::new(options)),
            Self::CloudShell => Box::new(cloud_shell::CloudShell::new()),
            Self::Arc => Box::new(arc::Agent::new(options)?),
            Self::ServiceFabric => Box::new(service_fabric::ServiceFabric::new()?),
            Self::PodIdentity => Box::new(pod_identity::PodIdentity),
        })
    }
}
