// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace widthwise::ui {

struct FigureRequest {
    QString figure;          ///< `verify`, `compare` or `searches`
    QStringList experiments; ///< by name; of searches several, see searchComparison
    QString file;            ///< .pdf, .svg or .png
    QString metric = {};     ///< of compare: see sweepReport; empty: the objective
    QString cost = {};       ///< of searches: see searchCostFromText; empty: trials
};

/// Writes a figure without a window, in the colours that the theme has. Returns what went wrong;
/// nothing where nothing did.
QString writeFigure(const QString& storeFile, const FigureRequest& request);

} // namespace widthwise::ui
