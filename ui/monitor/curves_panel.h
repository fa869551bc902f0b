// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/monitor/curve_styles.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QToolButton;

namespace widthwise::ui {

class CurvePlot;

/// The live curves of one metric, with what governs them in one row above.
class CurvesPanel : public QWidget {
    Q_OBJECT
public:
    explicit CurvesPanel(QWidget* parent = nullptr);

    CurvePlot& plot() { return *m_plot; }
    QString metric() const;
    /// Offers the metrics, and `preferred` even while nothing was reported of it. Shows the one that a person
    /// chose last where it is among them, otherwise `preferred`.
    void setMetrics(const QStringList& metrics, const QString& preferred);
    void setStyles(const CurveStyles& styles);
    /// What can be done by keyboard.
    QList<QAction*> shortcuts() const { return m_shortcuts; }

Q_SIGNALS:
    void metricChosen(const QString& metric);

private:
    QToolButton* makeToggle(const QString& name, const QString& icon, const QString& text,
                            const QKeySequence& key, const QString& help);

    QComboBox* m_metric;
    QLabel* m_legend;
    CurvePlot* m_plot;
    QList<QAction*> m_shortcuts;
};

} // namespace widthwise::ui
