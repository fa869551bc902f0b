// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/parameter_list.h"

#include "ui/design/parameter_card.h"
#include "ui/design/parameter_model.h"
#include "ui/theme/theme.h"

#include <QDrag>
#include <QDragEnterEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

QString rowFormat()
{
    return QStringLiteral("application/x-widthwise-parameter-row");
}

} // namespace

ParameterList::ParameterList(ParameterModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_layout(new QVBoxLayout(this)), m_add(new QToolButton(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_layout->addWidget(makeAddButton());
    setAcceptDrops(true);
    setAccessibleName(tr("Parameters"));

    connect(&model, &QAbstractItemModel::modelReset, this, &ParameterList::rebuild);
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) { insertCards(first, last); });
    connect(&model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex&, int first, int last) { removeCards(first, last); });
    connect(&model, &QAbstractItemModel::rowsMoved, this,
            [this](const QModelIndex&, int from, int, const QModelIndex&, int before) {
                moveCard(from, before);
            });
    connect(&model, &QAbstractItemModel::dataChanged, this, &ParameterList::refresh);
    rebuild();
}

QWidget* ParameterList::makeAddButton()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, grid, 0, grid);
    layout->addWidget(m_add);
    layout->addStretch();

    auto* menu = new QMenu(m_add);
    for (const QString& type : ParameterEdits::types())
        connect(menu->addAction(type), &QAction::triggered, this, [this, type] {
            const QScopedValueRollback adding(m_adding, true);
            m_model.add(type);
        });
    m_add->setText(tr("Add parameter"));
    m_add->setIcon(Theme::instance().icon(QStringLiteral("new")));
    m_add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_add->setPopupMode(QToolButton::InstantPopup);
    m_add->setFocusPolicy(Qt::StrongFocus);
    m_add->setAccessibleName(tr("Add parameter"));
    m_add->setMenu(menu);
    return bar;
}

void ParameterList::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    m_add->setVisible(!readOnly);
    for (ParameterCard* card : m_cards)
        card->setReadOnly(readOnly);
}

void ParameterList::setSamples(const std::vector<Configuration>& samples)
{
    m_samples = samples;
    for (ParameterCard* card : m_cards)
        card->setDistribution(distributionOf(m_model.parameter(card->row()), m_samples));
}

Field* ParameterList::field(const QString& key) const
{
    for (const ParameterCard* card : m_cards)
        for (int i = 0; i < parameterFieldCount; ++i)
            if (const auto field = static_cast<ParameterField>(i); m_model.key(card->row(), field) == key)
                return &card->field(field);
    return nullptr;
}

Field* ParameterList::firstProblem() const
{
    for (const ParameterCard* card : m_cards)
        if (Field* field = card->firstProblem())
            return field;
    return nullptr;
}

void ParameterList::rebuild()
{
    removeCards(0, count() - 1);
    insertCards(0, m_model.rowCount() - 1);
}

void ParameterList::insertCards(int first, int last)
{
    for (int row = first; row <= last; ++row) {
        auto* card = new ParameterCard(m_model, row, this);
        card->setReadOnly(m_readOnly);
        connect(card, &ParameterCard::dragged, this, &ParameterList::startDrag);
        m_layout->insertWidget(row, card);
        card->show(); // at once, so that it can take the keyboard
        m_cards.insert(m_cards.begin() + row, card);
    }
    restoreTabOrder();
    if (m_adding && first == last) {
        card(first)->editName();
        Q_EMIT revealed(card(first));
    }
}

void ParameterList::removeCards(int first, int last)
{
    for (int row = last; row >= first; --row) {
        ParameterCard* card = m_cards[static_cast<std::size_t>(row)];
        m_cards.erase(m_cards.begin() + row);
        m_layout->removeWidget(card);
        card->hide();
        card->deleteLater();
    }
}

void ParameterList::moveCard(int from, int before)
{
    ParameterCard* card = m_cards[static_cast<std::size_t>(from)];
    const int to = before > from ? before - 1 : before;
    m_cards.erase(m_cards.begin() + from);
    m_cards.insert(m_cards.begin() + to, card);
    m_layout->removeWidget(card);
    m_layout->insertWidget(to, card);
    restoreTabOrder();
    Q_EMIT revealed(card);
}

/// Tab goes through the cards as they stand, not as they came.
void ParameterList::restoreTabOrder()
{
    QWidget* last = nullptr;
    for (const ParameterCard* card : m_cards)
        for (QWidget* stop : card->tabStops()) {
            if (last != nullptr)
                setTabOrder(last, stop);
            last = stop;
        }
    if (last != nullptr)
        setTabOrder(last, m_add);
}

void ParameterList::refresh()
{
    for (ParameterCard* card : m_cards)
        card->refresh();
}

void ParameterList::startDrag(int row)
{
    auto* carried = new QMimeData;
    carried->setData(rowFormat(), QByteArray::number(quintptr(this)) + ' ' + QByteArray::number(row));
    QDrag drag(this);
    drag.setMimeData(carried);
    drag.setPixmap(card(row)->grab());
    drag.exec(Qt::MoveAction);
}

/// The row that is being dragged, -1 for anything else: another window's rows mean nothing here.
int ParameterList::carriedRow(const QMimeData& carried) const
{
    const QList<QByteArray> parts = carried.data(rowFormat()).split(' ');
    const bool own = parts.size() == 2 && parts[0] == QByteArray::number(quintptr(this));
    return own ? parts[1].toInt() : -1;
}

void ParameterList::dragEnterEvent(QDragEnterEvent* event)
{
    if (!m_readOnly && carriedRow(*event->mimeData()) >= 0)
        event->acceptProposedAction();
}

void ParameterList::dragMoveEvent(QDragMoveEvent* event)
{
    m_dropRow = rowAt(event->position().toPoint().y());
    event->acceptProposedAction();
    update();
}

void ParameterList::dragLeaveEvent(QDragLeaveEvent* /*event*/)
{
    m_dropRow = -1;
    update();
}

void ParameterList::dropEvent(QDropEvent* event)
{
    const int from = carriedRow(*event->mimeData());
    const int to = rowAt(event->position().toPoint().y());
    m_dropRow = -1;
    update();
    event->acceptProposedAction();
    m_model.moveRows({}, from, 1, {}, to);
}

int ParameterList::rowAt(int y) const
{
    const auto below = std::find_if(m_cards.begin(), m_cards.end(), [y](const ParameterCard* card) {
        return y < card->geometry().center().y();
    });
    return static_cast<int>(below - m_cards.begin());
}

int ParameterList::edgeOf(int row) const
{
    return row < count() ? card(row)->geometry().top() : card(count() - 1)->geometry().bottom();
}

void ParameterList::paintEvent(QPaintEvent* /*event*/)
{
    if (m_dropRow < 0 || m_cards.empty())
        return;
    QPainter painter(this);
    painter.fillRect(QRect(0, edgeOf(m_dropRow) - 1, width(), 3), Theme::instance().color(Tone::Accent));
}

} // namespace widthwise::ui
