// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace widthwise::ui {

struct FigureRequest {
    QString page;       ///< whose figure: `verify` or `compare`
    QString experiment; ///< by name
    QString file;       ///< .pdf, .svg or .png
    QString metric;     ///< of compare: see sweepReport; empty: the objective
};

/// Writes the figure of a page without a window, in the colours that the theme has. Returns what went wrong;
/// nothing where nothing did.
QString writeFigure(const QString& storeFile, const FigureRequest& request);

} // namespace widthwise::ui
