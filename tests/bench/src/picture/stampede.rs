//! The stampede: for each client the tokens received over time, and below when its requests were answered 429.

use anyhow::Result;
use plotters::style::RGBColor;

use super::canvas::{Align, Canvas, Point, svg};
use super::theme::Theme;
use crate::stampede::{ClientRecord, Record};

const WIDTH: i32 = 960;
/// The chart's edges.
const LEFT: i32 = 56;
const RIGHT: i32 = 936;
const TOP: i32 = 84;
const BOTTOM: i32 = 364;
/// The rows below the chart.
const ROWS: i32 = 452;
const ROW: i32 = 42;

/// Maps seconds and tokens to pixels.
struct Scale {
    seconds: f64,
    tokens: f64,
}

impl Scale {
    fn x(&self, seconds: f64) -> i32 {
        LEFT + (seconds / self.seconds * f64::from(RIGHT - LEFT)).round() as i32
    }

    fn y(&self, tokens: usize) -> i32 {
        BOTTOM - (tokens as f64 / self.tokens * f64::from(BOTTOM - TOP)).round() as i32
    }
}

/// Returns the picture as the text of an SVG file.
pub(super) fn draw(record: &Record, theme: &Theme) -> Result<String> {
    let scale = Scale { seconds: (record.end() / 2.0).ceil() * 2.0, tokens: record.processes as f64 };
    let height = ROWS + ROW * i32::try_from(record.clients.len())? + 8;
    svg((WIDTH.unsigned_abs(), height.unsigned_abs()), theme.background, |canvas| {
        let title = format!("{} processes ask for a token at the same instant", record.processes);
        canvas.bold(&title, (LEFT, 26), 20, Align::Left, theme.text)?;
        let limits = format!(
            "tokens received; the service allows 20 requests a second and 5 at a time, so all of them in {:.1} s",
            record.allowed_seconds
        );
        canvas.text(&limits, (LEFT, 52), 14, Align::Left, theme.muted)?;
        axes(canvas, record.processes, &scale, theme)?;
        let colors = colors(record, theme);
        // Those that pass the gate are drawn last, on top of the others.
        let mut clients: Vec<_> = record.clients.iter().zip(&colors).collect();
        clients.sort_by_key(|(client, _)| client.gated);
        for (client, color) in clients {
            curve(canvas, client, *color, &scale)?;
        }
        canvas.bold(
            "requests answered 429, at their time",
            (LEFT, ROWS - 20),
            14,
            Align::Left,
            theme.text,
        )?;
        for ((client, color), row) in record.clients.iter().zip(&colors).zip(0..) {
            refusals(canvas, record, client, *color, ROWS + ROW * row, &scale, theme)?;
        }
        Ok(())
    })
}

fn colors(record: &Record, theme: &Theme) -> Vec<RGBColor> {
    let (mut gated, mut ungated) = (theme.gated.iter().cycle(), theme.ungated.iter().cycle());
    let pick = |client: &ClientRecord| if client.gated { gated.next() } else { ungated.next() };
    record.clients.iter().map(pick).map(|color| color.copied().unwrap_or(theme.text)).collect()
}

fn axes(canvas: &Canvas<'_>, processes: usize, scale: &Scale, theme: &Theme) -> Result<()> {
    for quarter in 0..=4 {
        let tokens = processes * quarter / 4;
        let y = scale.y(tokens);
        canvas.line(vec![(LEFT, y), (RIGHT, y)], theme.grid, 1)?;
        canvas.text(&tokens.to_string(), (LEFT - 8, y), 13, Align::Right, theme.muted)?;
    }
    for seconds in (0..=scale.seconds as u32).step_by(2) {
        let at = (scale.x(f64::from(seconds)), BOTTOM + 16);
        canvas.text(&seconds.to_string(), at, 13, Align::Center, theme.muted)?;
    }
    let label = "seconds since the release";
    canvas.text(label, ((LEFT + RIGHT) / 2, BOTTOM + 38), 13, Align::Center, theme.muted)
}

/// Rises by one at each token and stays level until the last answer.
fn curve(canvas: &Canvas<'_>, client: &ClientRecord, color: RGBColor, scale: &Scale) -> Result<()> {
    let mut points: Vec<Point> = vec![(scale.x(0.0), scale.y(0))];
    for (number, at) in client.tokens.iter().enumerate() {
        points.push((scale.x(*at), scale.y(number)));
        points.push((scale.x(*at), scale.y(number + 1)));
    }
    let end = (scale.x(client.end()), scale.y(client.tokens.len()));
    points.push(end);
    points.dedup();
    canvas.line(points, color, if client.gated { 3 } else { 2 })?;
    canvas.dot(end, 5, color)
}

fn refusals(
    canvas: &Canvas<'_>,
    record: &Record,
    client: &ClientRecord,
    color: RGBColor,
    y: i32,
    scale: &Scale,
    theme: &Theme,
) -> Result<()> {
    canvas.dot((LEFT + 6, y), 6, color)?;
    canvas.bold(&client.name, (LEFT + 20, y), 14, Align::Left, theme.text)?;
    let times = client.refused();
    let result = format!(
        "{} of {} tokens, {times} {} 429, last answer after {:.1} s",
        client.tokens.len(),
        record.processes,
        if times == 1 { "answer" } else { "answers" },
        client.end()
    );
    canvas.text(&result, (RIGHT, y), 14, Align::Right, theme.text)?;
    canvas.line(vec![(LEFT, y + 24), (RIGHT, y + 24)], theme.grid, 1)?;
    for (at, count) in &client.throttled {
        let x = scale.x(*at);
        let height = 3 + i32::try_from((*count).min(9))?;
        canvas.line(vec![(x, y + 24), (x, y + 24 - height)], color, 2)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::theme::LIGHT;

    #[test]
    fn every_client_is_named_with_its_tokens_and_its_refusals() {
        let client = |name: &str, gated, tokens: &[f64], throttled: &[(f64, u64)]| ClientRecord {
            name: name.into(),
            gated,
            tokens: tokens.to_vec(),
            failures: vec![2.5; 3 - tokens.len()],
            throttled: throttled.to_vec(),
        };
        let clients = vec![
            client("ours", true, &[0.5, 1.0, 1.5], &[]),
            client("theirs", false, &[0.5], &[(0.4, 2), (2.0, 5)]),
        ];
        let picture = draw(&Record { processes: 3, allowed_seconds: 0.02, clients }, &LIGHT).unwrap();
        assert!(picture.contains("3 of 3 tokens, 0 answers 429, last answer after 1.5 s"), "{picture}");
        assert!(picture.contains("1 of 3 tokens, 7 answers 429, last answer after 2.5 s"), "{picture}");
        let color = |color: RGBColor| format!("stroke=\"#{:02X}{:02X}{:02X}\"", color.0, color.1, color.2);
        assert_eq!(picture.matches(&color(LIGHT.gated[0])).count(), 1, "one curve and no mark");
        assert_eq!(picture.matches(&color(LIGHT.ungated[0])).count(), 3, "one curve and two marks");
    }
}
