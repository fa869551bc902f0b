// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/chart_drawing.h"

#include <QRectF>
#include <QWidget>

class QCPAxis;
class QCPAxisRect;
class QCPTextElement;
class QCustomPlot;
class QLabel;

namespace widthwise::ui {

/// A scientific figure: few points, error bars, marks, panels side by side. For live series there is
/// CurvePlot.
///
/// Drag: zoom into a box, in all panels. Shift + drag: move. Wheel: zoom at the pointer. A double click shows
/// everything, and what was shown at first again. The pointer is told the nearest point. Without a point
/// there are no axes.
class Chart : public QWidget {
    Q_OBJECT
public:
    explicit Chart(QWidget* parent = nullptr);

    /// A view that was zoomed by hand stays while the number of panels and both scales stay.
    void setData(ChartData data);
    const ChartData& data() const { return m_data; }

    /// What is shown at first.
    void fit();
    /// All points, also those outside of the ranges that the axes have at first.
    void fitAll();
    /// The shown ranges of x and y, the same in all panels. Null without panels.
    QRectF shownRange() const;

    /// Writes the figure as it is shown, as vectors (.pdf, .svg) or pixels (.png, two for one). `size` is
    /// that of the widget where it is empty. Returns what went wrong; nothing where nothing did.
    QString save(const QString& path, QSize size = {}) const;

protected:
    void leaveEvent(QEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    struct Panel {
        QCPAxisRect* rect; ///< owned by m_plot, as the title
        QCPTextElement* title;
    };

    void connectMouse();
    void makePanels(std::size_t count);
    Panel makePanel(int column);
    void makeLegend(int column);
    void draw();
    void setAxis(QCPAxis& axis, const ChartAxis& data, bool titled);
    void setRanges(const ChartData& data);
    void setZoomed();
    void showEmpty();
    void point(QPointF position);

    QCustomPlot* m_plot;
    QLabel* m_tip;
    QLabel* m_empty;
    ChartData m_data;
    std::vector<Panel> m_panels;
    std::vector<ChartPlace> m_places; ///< into m_data
    bool m_zoomed = false;            ///< by hand
    bool m_all = false;               ///< everything is shown, whatever ranges the axes have at first
    bool m_ours = false;              ///< ranges are changed by the program
};

} // namespace widthwise::ui
