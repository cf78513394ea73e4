//! The cloud of the United States' government. Sources as for the public cloud, and
//! <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>.

use crate::trust::row::{Service, named, service};

pub(super) const SERVICES: &[Service] = &[
    service(
        &[
            "https://management.core.usgovcloudapi.net/",
            "https://management.usgovcloudapi.net/",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        ],
        &["management.usgovcloudapi.net"],
    ),
    service(
        &["https://graph.microsoft.us/", "00000003-0000-0000-c000-000000000000"],
        &["graph.microsoft.us"],
    ),
    service(&["https://dod-graph.microsoft.us"], &["dod-graph.microsoft.us"]),
    service(&["https://graph.microsoftazure.us/", "00000002-0000-0000-c000-000000000000"], &[]),
    service(
        &["https://vault.usgovcloudapi.net", "7e7c393b-45d0-48b1-a35e-2905ddf8183c"],
        &["*.vault.usgovcloudapi.net"],
    ),
    service(
        &["https://managedhsm.usgovcloudapi.net", "1341df96-0b28-43da-ba24-7a6ce39be816"],
        &["*.managedhsm.usgovcloudapi.net"],
    ),
    service(
        &["https://storage.azure.com/", "e406a681-f3d4-42a8-90b6-c2b029497af1"],
        &[
            "*.blob.core.usgovcloudapi.net",
            "*.queue.core.usgovcloudapi.net",
            "*.table.core.usgovcloudapi.net",
            "*.file.core.usgovcloudapi.net",
            "*.dfs.core.usgovcloudapi.net",
        ],
    ),
    service(
        &["https://database.usgovcloudapi.net/", "022907d3-0f1b-48f7-badc-1ba6abab6d66"],
        &["*.database.usgovcloudapi.net"],
    ),
    service(
        &["https://ossrdbms-aad.database.usgovcloudapi.net", "123cd850-d9df-40bd-94d5-c9f07b7fa203"],
        &[],
    ),
    service(&["https://cosmos.azure.us", "a232010e-820c-4083-83bb-3ace5fc29d0b"], &["*.documents.azure.us"]),
    named(
        &["https://servicebus.azure.net/", "80a10ef9-8168-493d-abf9-3297c4ef6e3c"],
        &["*.servicebus.usgovcloudapi.net"],
    ),
    named(
        &["https://eventhubs.azure.net/", "80369ed6-5f11-4dd9-bef3-692475845e77"],
        &["*.servicebus.usgovcloudapi.net"],
    ),
    named(&["https://relay.azure.net/"], &["*.servicebus.usgovcloudapi.net"]),
    service(&["https://eventgrid.azure.us"], &["*.eventgrid.azure.us"]),
    service(
        &["https://appconfig.azure.us", "35ffadb3-7fc1-497e-b61b-381d28e744cc"],
        &["*.azconfig.azure.us"],
    ),
    service(&["https://azconfig.azure.us"], &["*.azconfig.azure.us"]),
    service(&["https://iothubs.azure.us"], &["*.azure-devices.us"]),
    service(
        &["https://cognitiveservices.azure.us"],
        &["*.cognitiveservices.azure.us", "*.openai.azure.us", "*.services.ai.azure.us"],
    ),
    service(
        &["https://search.azure.us", "880da380-985e-4198-81b9-e05b1cc53158"],
        &["*.search.windows.us", "*.search.azure.us"],
    ),
    service(&["https://ml.azure.us"], &["*.api.ml.azure.us"]),
    named(&["https://ml.azure.us"], &["*.inference.ml.azure.us"]),
    service(&["2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"], &["*.databricks.azure.us"]),
    Service {
        audiences: &["2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"],
        hosts: &["*.databricks.azure.us"],
        path: Some("/driver-proxy"),
        named_only: true,
    },
    service(&["https://dev.azuresynapse.usgovcloudapi.net"], &["*.dev.azuresynapse.usgovcloudapi.net"]),
    service(
        &["https://region.asazure.usgovcloudapi.net", "https://*.asazure.usgovcloudapi.net"],
        &["*.asazure.usgovcloudapi.net"],
    ),
    service(
        &["https://batch.core.usgovcloudapi.net/", "ddbf3205-c6bd-46ae-8127-60eb93363864"],
        &["*.batch.usgovcloudapi.net"],
    ),
    service(
        &["https://containerregistry.azure.net", "6a0ec4d3-30cb-4a83-91c0-ae56bc0e3d26"],
        &["?.azurecr.us"],
    ),
    named(&["6dae42f8-4368-4678-94ff-3960e28e3630"], &["*.cx.aks.containerservice.azure.us"]),
    named(
        &["https://appservice.azure.us", "6a02c803-dafd-4136-b4c3-5a6f318b4714"],
        &["*.scm.azurewebsites.us", "*.scm.?.azurewebsites.us"],
    ),
    service(
        &["https://api.loganalytics.us", "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5"],
        &["api.loganalytics.us"],
    ),
    service(&["https://api.applicationinsights.us"], &["api.applicationinsights.us"]),
    service(
        &["https://monitor.azure.us/"],
        &["*.ingest.monitor.azure.us", "*.in.applicationinsights.azure.us"],
    ),
    service(&["https://metrics.monitor.azure.us"], &["?.metrics.monitor.azure.us"]),
    service(&["https://prometheus.monitor.azure.us"], &["*.prometheus.monitor.azure.us"]),
    // <https://learn.microsoft.com/power-bi/developer/embedded/embed-sample-for-customers-national-clouds>
    service(&["https://analysis.usgovcloudapi.net/powerbi/api"], &["api.powerbigov.us"]),
    service(&["https://high.analysis.usgovcloudapi.net/powerbi/api"], &["api.high.powerbigov.us"]),
    service(&["https://mil.analysis.usgovcloudapi.net/powerbi/api"], &["api.mil.powerbigov.us"]),
    service(&["https://manage.office365.us"], &["manage.office365.us"]),
    service(&["https://manage.protection.apps.mil"], &["manage.protection.apps.mil"]),
];
