// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar.h"

#include "ui/models/experiments_model.h"
#include "ui/shell/sidebar_delegate.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QListView>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace widthwise::ui {

namespace {

QLabel* makeHeading(const QString& text)
{
    auto* label = new QLabel(text);
    label->setFont(Theme::instance().strong());
    label->setContentsMargins(grid * 2, grid, grid, 0);
    return label;
}

QListView* makeList(QAbstractItemModel* model, const QString& name, const QString& accessibleName)
{
    auto* list = new QListView;
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

Sidebar::Sidebar(ExperimentsModel& experiments, QWidget* parent)
    : QWidget(parent),
      m_experiments(makeList(&experiments, QStringLiteral("experiments"), tr("Experiments"))),
      m_sites(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("sidebar"));
    auto* sites = makeList(m_sites, QStringLiteral("sites"), tr("Sites"));
    sites->setSelectionMode(QAbstractItemView::NoSelection);
    sites->setFixedHeight(grid * 4);
    sites->setFocusPolicy(Qt::NoFocus);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid / 2);
    column->addWidget(makeHeading(tr("Experiments")));
    column->addWidget(m_experiments, 1);
    column->addWidget(makeHeading(tr("Sites")));
    column->addWidget(sites);
    setMinimumWidth(grid * 20);

    m_experiments->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_experiments, &QWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        if (m_experiments->indexAt(position).isValid())
            Q_EMIT contextMenuWanted(m_experiments->viewport()->mapToGlobal(position));
    });
    connect(m_experiments->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this] { Q_EMIT experimentChosen(current()); });
}

std::int64_t Sidebar::current() const
{
    return m_experiments->currentIndex().data(IdRole).toLongLong();
}

void Sidebar::setCurrent(std::int64_t experiment)
{
    const auto* model = static_cast<const ExperimentsModel*>(m_experiments->model());
    m_experiments->setCurrentIndex(model->indexOf(experiment));
}

void Sidebar::showLocalSite(const Inventory& inventory)
{
    auto* item = new QStandardItem(tr("local"));
    item->setData(QStringLiteral("●"), ShapeRole);
    item->setData(int(Tone::Good), ToneRole);
    const QString detail = inventory.gpus.empty()
                               ? tr("%1 CPU").arg(inventory.cpus)
                               : tr("%1 GPU · %2 CPU").arg(inventory.gpus.size()).arg(inventory.cpus);
    item->setData(detail, DetailRole);
    QStringList devices{tr("%1 GB of memory").arg((inventory.memoryMiB + 512) / 1024)};
    for (const Gpu& gpu : inventory.gpus)
        devices.append(QString::fromStdString(gpu.name));
    item->setToolTip(devices.join(QLatin1Char('\n')));
    m_sites->clear();
    m_sites->appendRow(item);
}

} // namespace widthwise::ui
