// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

namespace widthwise::ui {

/// Colours by what they mean. Text on surface has a contrast of at least 4.5:1 in both palettes.
enum class Tone { Surface, Raised, Text, Muted, Line, Accent, OnAccent, Good, Warning, Bad };

/// A state's sign: one shape and one colour everywhere.
struct StateSign {
    QString shape; ///< ○ ▶ ‖ ✓ ■ ✕ ∞ …
    QString label; ///< in words
    Tone tone;
};

/// All lengths are multiples of it, in device-independent pixels.
inline constexpr int grid = 8;

/// The look: palettes, fonts, icons tinted by the palette, and the signs that have one meaning everywhere.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    /// The one theme of the program.
    static Theme& instance();

    /// Style, palette and fonts of the whole application. System follows the desktop, also while it changes.
    void apply(Mode mode);
    Mode mode() const { return m_mode; }
    bool dark() const { return m_dark; }

    QColor color(Tone tone) const;
    /// μP blue, SP vermilion; lighter tints on dark. Muted for any other name.
    QColor parametrization(const QString& name) const;
    /// The n-th colour of the Okabe–Ito set, without those of the parametrizations.
    QColor series(int index) const;
    /// Of the `index`-th of `count` widths, narrow to wide: one sequential scale, dark is wide.
    QColor width(int index, int count) const;
    QFont strong() const;  ///< the second weight: headings
    QFont numbers() const; ///< tabular figures
    QFont code() const;    ///< monospaced
    /// A one-stroke icon of resources/icons, tinted.
    QIcon icon(const QString& name) const;
    /// The program's mark, in its own colours.
    QIcon mark() const;

    static StateSign sign(TrialState state);
    static StateSign sign(ExperimentState state);

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Theme();
    void restyle();

    Mode m_mode = Mode::System;
    bool m_dark = false;
};

} // namespace widthwise::ui
