// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/row_table.h"

#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QTableView>

#include <algorithm>

namespace widthwise::ui {

void showRows(QTableView& view)
{
    view.setFrameShape(QFrame::NoFrame);
    view.setFont(Theme::instance().numbers());
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setShowGrid(false);
    view.setWordWrap(false);
    view.setTabKeyNavigation(false);
    view.verticalHeader()->hide();
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view.verticalHeader()->setDefaultSectionSize(std::max(grid * 3, view.fontMetrics().height() + grid / 2));
    view.horizontalHeader()->setHighlightSections(false);
}

} // namespace widthwise::ui
