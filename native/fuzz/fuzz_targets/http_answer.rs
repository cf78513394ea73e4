//! An HTTP answer as anybody may send it, to a client with small bounds.
#![no_main]

use std::io;
use std::sync::Arc;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tollgate_http::{BoxedIo, Connecting, Connector, Endpoint, Limits, MetadataClient, MetadataRequest};

const BODY: usize = 4096;

struct Says(Vec<u8>);

impl Connector for Says {
    fn connect<'a>(&'a self, _: &'a Endpoint) -> Connecting<'a> {
        let answer = self.0.clone();
        Box::pin(async move {
            let (near, mut far) = duplex(1 << 20);
            tokio::spawn(async move {
                let mut request = [0; 1024];
                let _ = far.read(&mut request).await;
                let _ = far.write_all(&answer).await;
            });
            Ok(Box::pin(near) as BoxedIo) as io::Result<BoxedIo>
        })
    }
}

fuzz_target!(|answer: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let limits = Limits { max_body: BODY, response_timeout: Duration::from_secs(5), ..Limits::default() };
    let client = MetadataClient::new(limits, Arc::new(Says(answer.to_vec())));
    let question = MetadataRequest { path_and_query: "/x".to_owned(), ..MetadataRequest::default() };
    runtime.block_on(async {
        let connection = client.connect(&Endpoint::new("x", 80), None).await.expect("the line is there");
        if let Ok(answer) = connection.send(&question).await {
            assert!(answer.body.as_bytes().len() <= BODY, "no body is larger than allowed");
        }
    });
});
