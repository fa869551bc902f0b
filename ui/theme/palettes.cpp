// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/palettes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace widthwise::ui {

namespace {

struct Pair {
    QRgb light;
    QRgb dark;
};

/// In the order of Tone.
constexpr std::array<Pair, 10> tones{{
    {0xffffffff, 0xff1b1e23}, // Surface
    {0xfff3f4f6, 0xff23272d}, // Raised
    {0xff1c2127, 0xffe4e7eb}, // Text
    {0xff59636e, 0xff9ba4af}, // Muted
    {0xffd3d8de, 0xff3b424b}, // Line
    {0xff5048a8, 0xffaca5f5}, // Accent
    {0xffffffff, 0xff1b1e23}, // OnAccent
    {0xff1a7338, 0xff5cc48a}, // Good
    {0xff8a5a00, 0xffe0b153}, // Warning
    {0xffb8322a, 0xffff8f85}, // Bad
}};

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

QColor toneColor(Tone tone, bool dark)
{
    const Pair& pair = tones.at(static_cast<std::size_t>(tone));
    return QColor::fromRgba(dark ? pair.dark : pair.light);
}

QColor blend(const QColor& under, const QColor& over, double share)
{
    const auto mix = [share](float a, float b) { return static_cast<float>(a + (b - a) * share); };
    return QColor::fromRgbF(mix(under.redF(), over.redF()), mix(under.greenF(), over.greenF()),
                            mix(under.blueF(), over.blueF()));
}

QPalette makePalette(bool dark)
{
    const QColor surface = toneColor(Tone::Surface, dark);
    const QColor raised = toneColor(Tone::Raised, dark);
    const QColor text = toneColor(Tone::Text, dark);
    const QColor line = toneColor(Tone::Line, dark);

    QPalette palette;
    palette.setColor(QPalette::Window, raised);
    palette.setColor(QPalette::Base, surface);
    palette.setColor(QPalette::AlternateBase, blend(surface, raised, 0.6));
    palette.setColor(QPalette::Button, raised);
    palette.setColor(QPalette::ToolTipBase, surface);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText,
                            QPalette::BrightText})
        palette.setColor(role, text);
    palette.setColor(QPalette::PlaceholderText, toneColor(Tone::Muted, dark));
    palette.setColor(QPalette::Highlight, toneColor(Tone::Accent, dark));
    palette.setColor(QPalette::HighlightedText, toneColor(Tone::OnAccent, dark));
    palette.setColor(QPalette::Link, toneColor(Tone::Accent, dark));
    palette.setColor(QPalette::LinkVisited, toneColor(Tone::Accent, dark));
    palette.setColor(QPalette::Light, blend(raised, surface, 0.5));
    palette.setColor(QPalette::Midlight, blend(raised, line, 0.3));
    palette.setColor(QPalette::Mid, line);
    palette.setColor(QPalette::Dark, blend(line, text, 0.2));
    palette.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : blend(line, text, 0.4));
    const QColor disabled = blend(raised, toneColor(Tone::Muted, dark), 0.65);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, line);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, text);
    return palette;
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

} // namespace widthwise::ui
