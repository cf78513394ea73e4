//! The way of one token, from the cmdlet to the service: what each station is called, where its code is, what it does.

use anyhow::Result;

use super::canvas::{Align, Canvas, svg};
use super::theme::Theme;

/// A name, the room of its code and one sentence, from the caller down.
const STATIONS: [(&str, &str, &str); 9] = [
    (
        "Get-MiAccessToken",
        "interop/Tollgate.PowerShell",
        "The cmdlet waits for the operation, shows progress and cancels it on Ctrl+C.",
    ),
    ("TollgateClient", "interop/Tollgate.Interop", "Calls the library and owns the handles that it returns."),
    (
        "tollgate_client_start_token",
        "native/ffi",
        "Starts an operation and returns at once; the cmdlet polls for the result.",
    ),
    ("token client", "native/identity", "The entrance for every token request, whatever the source."),
    (
        "cache",
        "native/identity",
        "A hit returns the token; past half its life a refresh runs in the background.",
    ),
    (
        "single flight",
        "native/identity",
        "At most one request for each cache key; later callers share its result.",
    ),
    (
        "gate",
        "native/gate",
        "The rate limiter: 20 requests a second and 5 at a time, for all processes of the machine.",
    ),
    (
        "source",
        "native/identity",
        "Builds the request for this kind of host: virtual machine, App Service, Arc and others.",
    ),
    (
        "metadata client",
        "native/http",
        "Sends the request: no proxy, no redirect. The response goes into the cache.",
    ),
];
const CACHE: i32 = 4;

const WIDTH: i32 = 960;
const LEFT: i32 = 72;
const BOX: (i32, i32) = (256, 36);
const STEP: i32 = 58;
const TOP: i32 = 16;

/// Returns the picture as the text of an SVG file.
pub(super) fn draw(theme: &Theme) -> Result<String> {
    let end = TOP + STEP * i32::try_from(STATIONS.len())?;
    let height = end + BOX.1 + 16;
    svg((WIDTH.unsigned_abs(), height.unsigned_abs()), theme.background, |canvas| {
        for ((name, room, text), row) in STATIONS.iter().zip(0..) {
            let top = TOP + STEP * row;
            station(canvas, name, top, theme)?;
            let left = LEFT + BOX.0 + 24;
            canvas.bold(room, (left, top + 9), 13, Align::Left, theme.text)?;
            canvas.text(text, (left, top + 28), 13, Align::Left, theme.muted)?;
            arrow(canvas, LEFT + BOX.0 / 2, top + BOX.1, top + STEP, theme)?;
        }
        station(canvas, "Azure's token service", end, theme)?;
        hit(canvas, theme)
    })
}

fn station(canvas: &Canvas<'_>, name: &str, top: i32, theme: &Theme) -> Result<()> {
    let corners = [(LEFT, top), (LEFT + BOX.0, top + BOX.1)];
    canvas.fill(corners, theme.box_fill)?;
    canvas.outline(corners, theme.grid)?;
    canvas.bold(name, (LEFT + BOX.0 / 2, top + BOX.1 / 2), 14, Align::Center, theme.text)
}

fn arrow(canvas: &Canvas<'_>, x: i32, from: i32, to: i32, theme: &Theme) -> Result<()> {
    canvas.line(vec![(x, from), (x, to - 2)], theme.muted, 2)?;
    canvas.line(vec![(x - 5, to - 7), (x, to - 2), (x + 5, to - 7)], theme.muted, 2)
}

/// The short way: from the cache straight back to the cmdlet.
fn hit(canvas: &Canvas<'_>, theme: &Theme) -> Result<()> {
    let color = theme.gated[0];
    let (from, to, x) = (TOP + STEP * CACHE + BOX.1 / 2, TOP + BOX.1 / 2, LEFT - 24);
    canvas.line(vec![(LEFT, from), (x, from), (x, to), (LEFT - 2, to)], color, 2)?;
    canvas.line(vec![(LEFT - 8, to - 5), (LEFT - 2, to), (LEFT - 8, to + 5)], color, 2)?;
    canvas.text("hit", (x - 8, (from + to) / 2), 13, Align::Right, color)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::paths;

    #[test]
    fn every_room_is_there_and_the_names_of_the_boundary_are_its_names() {
        for (name, room, _) in STATIONS {
            assert!(paths::repository(room).is_dir(), "{name}: {room}");
        }
        for (name, file) in [
            (STATIONS[0].0, "module/Tollgate/Tollgate.psd1"),
            (STATIONS[1].0, "interop/Tollgate.Interop/TollgateClient.cs"),
            (STATIONS[2].0, "native/ffi/include/tollgate.h"),
        ] {
            let text = fs::read_to_string(paths::repository(file)).unwrap();
            assert!(text.contains(name), "{file} has no {name}");
        }
        assert_eq!(STATIONS[CACHE.unsigned_abs() as usize].0, "cache");
    }
}
