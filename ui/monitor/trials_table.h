// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/driver.h"
#include "ui/models/trials_filter.h"
#include "ui/models/trials_model.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QTableView;

namespace widthwise::ui {

class StateChips;

/// The trials as a table that can be sorted and filtered.
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
    void setCounts(const StateCounts& counts);
    /// Gives each column the width that suits it; call after the columns changed.
    void layOutColumns();

Q_SIGNALS:
    void selectedByHand(int number);
    void commanded(const widthwise::Command& command);

private:
    void makeView();
    void showMenu(const QPoint& position);
    void updateShownCount();

    TrialsModel& m_model;
    TrialsFilter m_filter;
    QLineEdit* m_text;
    QLabel* m_count;
    StateChips* m_chips;
    QTableView* m_view;
    bool m_quiet = false; ///< the program selects, not the person
};

} // namespace widthwise::ui
