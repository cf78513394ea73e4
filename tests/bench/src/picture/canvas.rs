//! A drawing area of SVG with what the pictures need: lines, boxes and text, in pixels.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::{Circle, DrawingArea, IntoDrawingArea, PathElement, Rectangle, SVGBackend, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, IntoFont, RGBColor};

pub(super) type Point = (i32, i32);

/// Which side of a text its position is at.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// An SVG that is being drawn.
pub(super) struct Canvas<'text>(DrawingArea<SVGBackend<'text>, Shift>);

/// Draws an SVG of this size and returns its text.
pub(super) fn svg(
    size: (u32, u32),
    background: RGBColor,
    draw: impl FnOnce(&Canvas<'_>) -> Result<()>,
) -> Result<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        area.fill(&background).map_err(|error| anyhow!("{error}"))?;
        let canvas = Canvas(area);
        draw(&canvas)?;
        canvas.0.present().map_err(|error| anyhow!("{error}"))?;
    }
    Ok(text)
}

impl Canvas<'_> {
    pub(super) fn line(&self, points: Vec<Point>, color: RGBColor, width: u32) -> Result<()> {
        let element = PathElement::new(points, color.stroke_width(width));
        self.0.draw(&element).map_err(|error| anyhow!("{error}"))
    }

    pub(super) fn dot(&self, at: Point, radius: i32, color: RGBColor) -> Result<()> {
        self.0.draw(&Circle::new(at, radius, color.filled())).map_err(|error| anyhow!("{error}"))
    }

    pub(super) fn fill(&self, corners: [Point; 2], color: RGBColor) -> Result<()> {
        self.0.draw(&Rectangle::new(corners, color.filled())).map_err(|error| anyhow!("{error}"))
    }

    pub(super) fn outline(&self, corners: [Point; 2], color: RGBColor) -> Result<()> {
        let element = Rectangle::new(corners, color.stroke_width(1));
        self.0.draw(&element).map_err(|error| anyhow!("{error}"))
    }

    /// Text of `size` pixels, vertically centred at `at`.
    pub(super) fn text(&self, text: &str, at: Point, size: u32, align: Align, color: RGBColor) -> Result<()> {
        self.write(text, at, (size, FontStyle::Normal), align, color)
    }

    /// As [`Canvas::text`], bold.
    pub(super) fn bold(&self, text: &str, at: Point, size: u32, align: Align, color: RGBColor) -> Result<()> {
        self.write(text, at, (size, FontStyle::Bold), align, color)
    }

    fn write(
        &self,
        text: &str,
        at: Point,
        (size, style): (u32, FontStyle),
        align: Align,
        color: RGBColor,
    ) -> Result<()> {
        let side = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        // The backend takes a font's size for its line height.
        let font = (FontFamily::SansSerif, f64::from(size) * 1.24, style).into_font();
        let style = font.color(&color).pos(Pos::new(side, VPos::Center));
        self.0.draw(&Text::new(text.to_owned(), at, style)).map_err(|error| anyhow!("{error}"))
    }
}
