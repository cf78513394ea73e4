//! The colours of a picture, for a light and for a dark page.

use plotters::style::RGBColor;

/// Colours by what they are for.
pub(super) struct Theme {
    pub(super) background: RGBColor,
    pub(super) text: RGBColor,
    /// Explanations, beside what they explain.
    pub(super) muted: RGBColor,
    pub(super) grid: RGBColor,
    pub(super) box_fill: RGBColor,
    /// What passes the gate.
    pub(super) gated: [RGBColor; 2],
    /// What does not.
    pub(super) ungated: [RGBColor; 3],
}

pub(super) const LIGHT: Theme = Theme {
    background: RGBColor(255, 255, 255),
    text: RGBColor(31, 35, 40),
    muted: RGBColor(89, 99, 110),
    grid: RGBColor(209, 217, 224),
    box_fill: RGBColor(246, 248, 250),
    gated: [RGBColor(9, 105, 218), RGBColor(17, 138, 122)],
    ungated: [RGBColor(207, 34, 46), RGBColor(188, 76, 0), RGBColor(130, 80, 223)],
};

pub(super) const DARK: Theme = Theme {
    background: RGBColor(13, 17, 23),
    text: RGBColor(240, 246, 252),
    muted: RGBColor(145, 152, 161),
    grid: RGBColor(61, 68, 77),
    box_fill: RGBColor(21, 27, 35),
    gated: [RGBColor(88, 166, 255), RGBColor(63, 200, 180)],
    ungated: [RGBColor(255, 123, 114), RGBColor(255, 166, 87), RGBColor(210, 168, 255)],
};
