// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/command.h"
#include "ui/models/trials_filter.h"
#include "ui/models/trials_model.h"

#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QTableView;

namespace widthwise::ui {

class ColumnWidths;
class RungsView;
class StateChips;

/// The trials as a table that can be sorted and filtered, and above it the rungs on which they stand.
class TrialsTable : public QWidget {
    Q_OBJECT
public:
    explicit TrialsTable(TrialsModel& model, QWidget* parent = nullptr);

    /// -1 where none is.
    int selected() const;
    /// Without telling selectedByHand.
    void select(int number);
    void selectNext(int step);
    void focusFilter();
    /// Whether the filter lets the trial through.
    bool isShown(int number) const { return m_filter.isShown(number); }
    /// To be called after trials came or changed.
    void refreshCounts();
    /// Gives each column its width; call after the columns changed.
    void layOutColumns();

Q_SIGNALS:
    void selectedByHand(int number);
    void commanded(const widthwise::Command& command);
    /// The filter lets other trials through than before. The selected one may be among them.
    void filterChanged();

private:
    void makeBar();
    void makeView();
    int suitableWidth(int column) const;
    void showMenu(const QPoint& position);
    void changeFilter(const std::function<void()>& change);

    TrialsModel& m_model;
    TrialsFilter m_filter;
    QLineEdit* m_text;
    QLabel* m_count;
    QLabel* m_remark;
    StateChips* m_chips;
    RungsView* m_rungs;
    QTableView* m_view;
    ColumnWidths* m_widths; ///< child of the view
    QStringList m_columns;  ///< the headers that were laid out
    bool m_quiet = false;   ///< the program selects, or rows go; not the person
};

} // namespace widthwise::ui
