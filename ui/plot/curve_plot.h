// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"
#include "ui/plot/curve_raster.h"

#include <QThread>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <map>
#include <memory>

class QCustomPlot;
class QLabel;
class QMouseEvent;

namespace widthwise::ui {

class CurveLayer;
class CurveRenderer;
struct CurvePicture;

/// Live curves over steps. Drawing happens in a thread of its own; this widget only shows the picture, so
/// that it answers at once however many curves there are.
///
/// Drag: zoom into a box. Shift + drag: move. Wheel: zoom at the pointer. A double click shows all points
/// again. The pointer names the nearest curve, a click selects it. Without a value there are no axes.
class CurvePlot : public QWidget {
    Q_OBJECT
public:
    explicit CurvePlot(QWidget* parent = nullptr);
    ~CurvePlot() override;

    void append(const SeriesUpdatePtr& update);
    void clear();
    void setStyles(std::map<int, CurveStyle> styles);
    void setValueLabel(const QString& label);
    /// What the tooltip says of a curve besides step and value.
    void setDescription(std::function<QString(int key)> description);

    bool logX() const;
    bool logY() const;
    void setLogX(bool on);
    void setLogY(bool on);

    /// What stands there while there is no value.
    void setEmptyText(const QString& text);

    /// While it follows, the view grows with the data, rare outliers far from the rest left out; zooming by
    /// hand ends that.
    bool follows() const { return m_follows; }
    void setFollows(bool on);
    /// Shows all points, and while it follows, goes on doing so.
    void fit();

    int selected() const { return m_selected; }
    void select(int key);
    /// The shown ranges of steps and values.
    QRectF shownRange() const;
    void setShownRange(const QRectF& range);

Q_SIGNALS:
    void selectedByHand(int key);
    void followsChanged(bool on);
    /// A picture with the newest data is shown.
    void shown();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void makePlot();
    void connectMouse();
    void sendView();
    void takePicture(const CurvePicture& picture);
    void takeHit(const CurveHit& hit);
    void growWith(const DataRange& range);
    void setRanges(const DataRange& range, double headroom);
    void refit();
    void showEmpty(bool empty, bool reported);
    void look();
    void dropPointer();
    void placeTip(const CurveHit& hit);
    void leaveFollowing();
    void sendMarked();
    void press(QMouseEvent* event);
    void release(QMouseEvent* event);
    void retheme();

    QThread m_thread;
    CurveRenderer* m_renderer; ///< lives in m_thread
    QCustomPlot* m_plot;
    std::unique_ptr<CurveLayer> m_layer;
    QLabel* m_tip;
    QLabel* m_empty;
    QString m_emptyText;
    QTimer m_patience; ///< before it is said that there is nothing
    std::function<QString(int)> m_description;
    std::optional<DataRange> m_range; ///< of the curves that are shown
    int m_generation = 0;
    QPoint m_pressedAt;
    int m_selected = -1;
    int m_hovered = -1;
    std::optional<QPointF> m_pointer; ///< on the canvas
    PlotView m_sentView;              ///< that the renderer knows
    bool m_reported = false;          ///< there are values, though none that is finite
    bool m_follows = true;
    bool m_all = false;  ///< rare outliers are shown too
    bool m_ours = false; ///< ranges are changed by the program, not by hand
};

} // namespace widthwise::ui
