// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/monitor/rungs_model.h"

#include <QTableView>

namespace widthwise::ui {

/// The brackets and rungs of a search, a few quiet lines; hidden where its scheduler has none. A cell that is
/// clicked, or chosen by Enter, filters the trials; again, and it no longer does. So does a header.
class RungsView : public QTableView {
    Q_OBJECT
public:
    explicit RungsView(const TrialsModel& trials, QWidget* parent = nullptr);

    /// Takes the trials as they are now.
    void refresh();
    /// Marks what the filter lets through: `rung=1`, `bracket=0` or both of its words.
    void showFilter(const QString& filter);

Q_SIGNALS:
    /// What the filter is to be.
    void filterWanted(const QString& filter);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int row, int column);
    void mark();
    void fit();

    RungsModel m_model;
    QString m_filter;
};

} // namespace widthwise::ui
