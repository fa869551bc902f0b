// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar.h"

#include "ui/models/experiments_model.h"
#include "ui/shell/sidebar_delegate.h"
#include "ui/sites/sites_model.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

QToolButton* makeButton(const QString& name, const QString& icon, const QString& accessibleName,
                        const QString& help)
{
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setIcon(Theme::instance().icon(icon));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setToolTip(help);
    button->setAccessibleName(accessibleName);
    return button;
}

/// A press beside the rows chooses nothing, so it takes nothing from what is chosen either.
class ChoiceList : public QListView {
protected:
    QItemSelectionModel::SelectionFlags selectionCommand(const QModelIndex& index,
                                                         const QEvent* event) const override
    {
        return index.isValid() ? QListView::selectionCommand(index, event) : QItemSelectionModel::NoUpdate;
    }
};

QListView* makeList(QAbstractItemModel* model, const QString& name, const QString& accessibleName)
{
    auto* list = new ChoiceList;
    list->setObjectName(name);
    list->setAccessibleName(accessibleName);
    list->setModel(model);
    list->setItemDelegate(new SidebarDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->viewport()->setAutoFillBackground(false);
    return list;
}

} // namespace

Sidebar::Sidebar(ExperimentsModel& experiments, SitesModel& sites, QWidget* parent)
    : QWidget(parent),
      m_experiments(makeList(&experiments, QStringLiteral("experiments"), tr("Experiments"))),
      m_sites(makeList(&sites, QStringLiteral("sites"), tr("Sites")))
{
    setObjectName(QStringLiteral("sidebar"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, grid);
    column->setSpacing(grid / 2);
    auto* startPage = makeButton(QStringLiteral("toStartPage"), QStringLiteral("home"), tr("Start page"),
                                 tr("Start page (Alt+Home)"));
    auto* newSite = makeButton(QStringLiteral("newSite"), QStringLiteral("new"), tr("New site"),
                               tr("Describe a new site"));
    connect(startPage, &QToolButton::clicked, this, &Sidebar::startPageWanted);
    connect(newSite, &QToolButton::clicked, this, &Sidebar::newSiteWanted);
    column->addWidget(makeHeading(tr("Experiments"), startPage));
    column->addWidget(m_experiments, 1);
    column->addWidget(makeHeading(tr("Sites"), newSite));
    column->addWidget(m_sites);
    setMinimumWidth(grid * 20);

    m_experiments->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_experiments, &QWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        if (m_experiments->indexAt(position).isValid())
            Q_EMIT contextMenuWanted(m_experiments->viewport()->mapToGlobal(position));
    });
    connect(m_experiments->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this] { Q_EMIT experimentChosen(current()); });
    // One that is current already is chosen again where a site or the start page was looked at meanwhile.
    const auto chooseAgain = [this] { Q_EMIT experimentChosen(current()); };
    connect(m_experiments, &QListView::clicked, this, chooseAgain);
    connect(m_experiments, &QListView::activated, this, chooseAgain);
    connect(m_sites->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& site) {
                if (site.isValid())
                    Q_EMIT siteChosen(site.data().toString());
            });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&sites, signal, this, &Sidebar::fitSites);
    connect(&sites, &QAbstractItemModel::modelReset, this, &Sidebar::fitSites);
    fitSites();
}

QWidget* Sidebar::makeHeading(const QString& text, QToolButton* button)
{
    auto* heading = new QWidget(this);
    auto* label = new QLabel(text, heading);
    label->setFont(Theme::instance().strong());
    auto* row = new QHBoxLayout(heading);
    row->setContentsMargins(grid * 2, grid / 2, grid / 2, 0);
    row->addWidget(label, 1);
    row->addWidget(button);
    return heading;
}

/// As high as its rows, up to a number.
void Sidebar::fitSites()
{
    constexpr int most = 8;
    const int rows = std::clamp(m_sites->model()->rowCount(), 1, most);
    m_sites->setFixedHeight(rows * m_sites->sizeHintForRow(0) + grid / 2);
}

std::int64_t Sidebar::current() const
{
    return m_experiments->currentIndex().data(IdRole).toLongLong();
}

/// What is chosen in one list is not chosen in the other.
void Sidebar::setCurrent(std::int64_t experiment)
{
    const auto* model = static_cast<const ExperimentsModel*>(m_experiments->model());
    m_experiments->setCurrentIndex(model->indexOf(experiment));
    if (experiment == 0)
        return;
    m_experiments->selectionModel()->select(m_experiments->currentIndex(),
                                            QItemSelectionModel::ClearAndSelect);
    m_sites->setCurrentIndex({});
}

void Sidebar::setCurrentSite(const QString& site)
{
    m_experiments->clearSelection();
    m_sites->setCurrentIndex(static_cast<const SitesModel*>(m_sites->model())->indexOf(site));
}

void Sidebar::clear()
{
    m_experiments->clearSelection();
    m_sites->setCurrentIndex({});
}

} // namespace widthwise::ui
