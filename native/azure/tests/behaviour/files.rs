//! Bodies from files and to files.

use std::path::PathBuf;

use tollgate_azure::{Error, Method, PollingOptions, RestBody, RestRequest};

use crate::service::{Reply, Service};
use crate::world::{World, ask, get};

/// What lies in a folder.
fn left(folder: &std::path::Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

fn into_file(arm: &Service, folder: &tempfile::TempDir) -> (RestRequest, PathBuf) {
    let target = folder.path().join("a.bin");
    (RestRequest { out_file: Some(target.clone()), ..get(arm, "/x") }, target)
}

#[tokio::test]
async fn a_good_answer_goes_to_the_file_and_a_bad_one_leaves_it_alone() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let large = "x".repeat(3 << 20);
    let arm = Service::answering([Reply::new(200, &large), Reply::new(404, "no such thing")]);
    let (request, target) = into_file(&arm, &folder);
    let answer = world.rest(request.clone()).await.0.unwrap();
    assert_eq!((answer.bytes_written, answer.body.len()), (Some(3 << 20), 0));
    assert_eq!(std::fs::read_to_string(&target).unwrap(), large);
    assert_eq!(arm.asked()[0].header("accept"), Some("*/*"));
    let answer = world.rest(request).await.0.unwrap();
    assert_eq!(
        (answer.status, answer.bytes_written, answer.body.as_slice()),
        (404, None, &b"no such thing"[..])
    );
    assert_eq!(
        (left(folder.path()), std::fs::read_to_string(&target).unwrap()),
        (vec!["a.bin".to_owned()], large)
    );
}

#[tokio::test]
async fn a_cut_answer_leaves_no_file_and_a_second_try_starts_over() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let arm = Service::answering([Reply::new(200, "a longer half").cut(), Reply::new(200, "whole")]);
    let (request, target) = into_file(&arm, &folder);
    assert_eq!(world.rest(request).await.0.unwrap().bytes_written, Some(5));
    assert_eq!(std::fs::read(&target).unwrap(), b"whole");
    std::fs::remove_file(&target).unwrap();
    let arm = Service::answering([Reply::new(200, "half").cut()]);
    let (request, _) = into_file(&arm, &folder);
    assert!(world.rest(RestRequest { retry: false, ..request }).await.0.is_err());
    assert!(left(folder.path()).is_empty());
}

#[tokio::test]
async fn a_download_that_is_given_up_leaves_no_file() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let (seen, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let arm = Service::start(move |_, _| {
        // Answers when the test has given up.
        let _ = wait.lock().unwrap().recv();
        Reply::new(200, "late")
    });
    let (request, _) = into_file(&arm, &folder);
    let undertaking = world.azure.rest(request);
    let asked = async {
        while arm.asked().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = undertaking.future => panic!("it was not given up"),
        () = asked => {}
    }
    assert!(left(folder.path()).is_empty());
    drop(seen);
}

#[tokio::test]
async fn a_place_that_takes_no_file_is_told_before_anything_is_asked() {
    let (world, arm) = (World::new(), Service::answering([Reply::new(200, "x")]));
    let out_file = Some(world.folder.path().join("none").join("a"));
    let error = world.rest(RestRequest { out_file, ..get(&arm, "/x") }).await.0.unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { field: "OutFile", .. }) && arm.asked().is_empty());
}

#[tokio::test]
async fn a_file_is_sent_with_its_length_and_read_anew_for_each_try() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let source = folder.path().join("in.bin");
    let bytes: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    std::fs::write(&source, &bytes).unwrap();
    let arm = Service::answering([Reply::new(503, "").soon(), Reply::new(201, "")]);
    let request = RestRequest { body: RestBody::File(source), ..ask(Method::Put, &arm, "/x") };
    assert_eq!(world.rest(request).await.0.unwrap().status, 201);
    for asked in arm.asked() {
        assert!(asked.body == bytes && asked.header("transfer-encoding").is_none());
        assert_eq!(asked.header("content-type"), None);
    }
    assert_eq!(arm.asked().len(), 2);
    for missing in [folder.path().join("none"), folder.path().to_owned()] {
        let request = RestRequest { body: RestBody::File(missing), ..ask(Method::Put, &arm, "/x") };
        let error = world.rest(request).await.0.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { field: "InFile", .. }), "{error:?}");
    }
}

#[tokio::test]
async fn the_result_of_an_operation_goes_to_the_file_and_not_its_state() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let arm = Service::start(|asked, _| match asked.line.as_str() {
        "POST /x" => Reply::new(202, "working").with("location", "/result").soon(),
        _ => Reply::new(200, "done"),
    });
    let (request, target) = into_file(&arm, &folder);
    let request = RestRequest { method: Method::Post, polling: Some(PollingOptions::default()), ..request };
    let answer = world.rest(request).await.0.unwrap();
    assert_eq!(
        (answer.bytes_written, answer.body.len(), std::fs::read(target).unwrap()),
        (Some(4), 0, b"done".to_vec())
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_for_memory_is_refused_at_its_announcement_and_not_for_a_file() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let arm = Service::answering([Reply::announcing((256 << 20) + 1)]);
    let error = world.rest(get(&arm, "/x")).await.0.unwrap_err();
    assert!(
        matches!(&error, Error::MalformedResponse { fault, .. } if fault.contains("-OutFile")),
        "{error:?}"
    );
    assert_eq!(arm.asked().len(), 1);
    let most = Service::answering([Reply::announcing(256 << 20)]);
    let (request, _) = into_file(&arm, &folder);
    for request in [request, get(&most, "/x")] {
        let error = world.rest(RestRequest { retry: false, ..request }).await.0.unwrap_err();
        assert!(
            matches!(&error, Error::MalformedResponse { fault, .. } if fault.contains("ended early")),
            "{error:?}"
        );
    }
    let head = world.rest(ask(Method::Head, &arm, "/x")).await.0.unwrap();
    assert_eq!(head.status, 200);
}

#[tokio::test]
async fn the_body_of_a_redirect_that_is_not_followed_does_not_go_to_the_file() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let arm = Service::answering([Reply::new(307, "over there").with("location", "/y")]);
    let (request, _) = into_file(&arm, &folder);
    let answer = world.rest(RestRequest { method: Method::Post, ..request }).await.0.unwrap();
    assert_eq!((answer.bytes_written, answer.body.as_slice()), (None, &b"over there"[..]));
    assert!(left(folder.path()).is_empty());
}
