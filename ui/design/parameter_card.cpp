// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/parameter_card.h"

#include "ui/design/distribution_preview.h"
#include "ui/design/parameter_model.h"
#include "ui/editing/field.h"
#include "ui/editing/wrapping_row.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int nameWidth = 12 * grid;

bool isChoice(ParameterField field)
{
    return field == ParameterField::Type || field == ParameterField::Scale ||
           field == ParameterField::Condition;
}

} // namespace

ParameterCard::ParameterCard(ParameterModel& model, int row, QWidget* parent)
    : QWidget(parent), m_model(model), m_index(model.index(row, 0)), m_preview(new DistributionPreview(this)),
      m_handle(new QLabel(QStringLiteral("⠿"), this)), m_problems(new QLabel(this))
{
    setFocusPolicy(Qt::NoFocus);
    m_handle->setCursor(Qt::OpenHandCursor);
    m_handle->setToolTip(tr("Drag to reorder (Alt+Up, Alt+Down)"));
    m_handle->setForegroundRole(QPalette::PlaceholderText);
    m_handle->installEventFilter(this);
    m_problems->setWordWrap(true);
    m_problems->setTextFormat(Qt::PlainText);
    makeFields();
    arrange();
    for (QWidget* part : std::initializer_list<QWidget*>{m_handle, m_menu}) {
        QSizePolicy policy = part->sizePolicy();
        policy.setRetainSizeWhenHidden(true); // nothing jumps when the text cannot be read for a moment
        part->setSizePolicy(policy);
    }
    refresh();
}

void ParameterCard::makeFields()
{
    for (int i = 0; i < parameterFieldCount; ++i) {
        const auto field = static_cast<ParameterField>(i);
        const QString caption = ParameterEdits::fieldLabel(field);
        auto& slot = m_fields[static_cast<std::size_t>(i)];
        if (isChoice(field))
            slot = new ChoiceField(caption, this);
        else
            slot = new TextField(caption, this);
        slot->setCommit([this, field](const QString& text) { return m_model.edit(row(), field, text); });
        connect(slot, &Field::problemChanged, this, &ParameterCard::showProblems);
        connect(slot, &Field::refusalChanged, this, [this, field] { tellRefusal(field); });
        connect(slot, &Field::left, &m_model, &ParameterModel::endStep);
    }
    static_cast<TextField*>(&field(ParameterField::Step))->setPlaceholder(tr("none"));
}

void ParameterCard::arrange()
{
    const auto row = [this](std::initializer_list<ParameterField> fields) {
        auto* layout = new WrappingRow;
        for (const ParameterField shown : fields)
            layout->addField(&field(shown), 1);
        return layout;
    };
    field(ParameterField::Name).setMinimumWidth(nameWidth);
    auto* first = row({ParameterField::Name, ParameterField::Type, ParameterField::Scale});
    auto* second =
        row({ParameterField::Low, ParameterField::High, ParameterField::Step, ParameterField::Values});
    auto* third = row({ParameterField::Condition, ParameterField::ConditionValues});

    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, grid, 0, grid);
    layout->setHorizontalSpacing(grid);
    layout->setVerticalSpacing(grid / 2);
    layout->addWidget(m_handle, 0, 0, 2, 1);
    layout->addLayout(first, 0, 1);
    layout->addLayout(second, 1, 1);
    layout->addLayout(third, 2, 1);
    layout->addWidget(m_preview, 0, 2, 2, 1, Qt::AlignTop);
    layout->addWidget(makeMenuButton(), 0, 3, Qt::AlignTop);
    layout->addWidget(m_problems, 3, 1, 1, 2);
    layout->setColumnStretch(1, 1);
}

QWidget* ParameterCard::makeMenuButton()
{
    m_menu = new QToolButton(this);
    m_menu->setText(QStringLiteral("⋯"));
    m_menu->setAutoRaise(true);
    m_menu->setPopupMode(QToolButton::InstantPopup);
    m_menu->setFocusPolicy(Qt::StrongFocus);
    m_menu->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
    m_menu->setMenu(new QMenu(m_menu));

    addAction(tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::Key_D), [this] { m_model.duplicate(row()); });
    addAction(tr("Move up"), QKeySequence(Qt::ALT | Qt::Key_Up), [this] { move(-1); });
    addAction(tr("Move down"), QKeySequence(Qt::ALT | Qt::Key_Down), [this] { move(1); });
    addAction({}, {}, [this] { toggleCondition(); });
    m_condition = m_menu->menu()->actions().last();
    addAction(tr("Remove"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
              [this] { m_model.removeRows(row(), 1); });
    return m_menu;
}

void ParameterCard::addAction(const QString& text, const QKeySequence& keys, const std::function<void()>& act)
{
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    // Queued, for the card may not outlive what it asks for.
    connect(action, &QAction::triggered, this, act, Qt::QueuedConnection);
    QWidget::addAction(action);
    m_menu->menu()->addAction(action);
}

void ParameterCard::refresh()
{
    const QString name = m_model.index(row(), 0).data().toString();
    setAccessibleName(tr("Parameter %1").arg(name));
    m_preview->setAccessibleName(tr("Distribution of %1").arg(name));
    m_menu->setAccessibleName(tr("Actions for %1").arg(name));
    m_menu->setToolTip(tr("Duplicate, move, make conditional, remove"));
    for (int i = 0; i < parameterFieldCount; ++i) {
        const QModelIndex index = m_model.index(row(), i);
        Field& shown = *m_fields[static_cast<std::size_t>(i)];
        shown.setVisible(has(static_cast<ParameterField>(i)));
        shown.setLongName(tr("%1 of %2").arg(shown.caption(), name));
        shown.setToolTip(index.data(Qt::ToolTipRole).toString());
        if (auto* choice = qobject_cast<ChoiceField*>(&shown))
            choice->setOptions(index.data(ParameterModel::OptionsRole).toStringList(),
                               index.data(ParameterModel::OptionLabelsRole).toStringList());
        shown.setValue(index.data(Qt::EditRole).toString());
        shown.setProblem(index.data(ParameterModel::ProblemRole).toString());
        if (shown.isHidden())
            shown.revert();
        tellRefusal(static_cast<ParameterField>(i)); // the row may have another name now
    }
    m_condition->setText(has(ParameterField::Condition) ? tr("Make unconditional") : tr("Make conditional"));
    m_condition->setEnabled(!m_readOnly && (row() > 0 || has(ParameterField::Condition)));
    showProblems();
}

void ParameterCard::tellRefusal(ParameterField field)
{
    const Field& told = this->field(field);
    m_model.setRefusal(row(), field, &told, told.refusal());
}

Field* ParameterCard::firstProblem() const
{
    const auto found = std::ranges::find_if(
        m_fields, [](const Field* field) { return !field->isHidden() && !field->problem().isEmpty(); });
    return found == m_fields.end() ? nullptr : *found;
}

bool ParameterCard::has(ParameterField field) const
{
    const QModelIndex index = m_model.index(row(), static_cast<int>(field));
    if (field == ParameterField::Condition)
        return !index.data().toString().isEmpty();
    return index.data(ParameterModel::AppliesRole).toBool();
}

void ParameterCard::setDistribution(const Distribution& distribution)
{
    m_preview->setDistribution(distribution);
}

void ParameterCard::setReadOnly(bool readOnly)
{
    for (Field* shown : m_fields)
        shown->setReadOnly(readOnly);
    m_menu->setVisible(!readOnly);
    m_handle->setVisible(!readOnly);
    m_readOnly = readOnly;
    for (QAction* action : actions())
        action->setEnabled(!readOnly);
    refresh();
}

void ParameterCard::editName()
{
    auto* name = static_cast<TextField*>(&field(ParameterField::Name));
    name->editor()->setFocus(Qt::OtherFocusReason);
    name->editor()->selectAll();
}

QList<QWidget*> ParameterCard::tabStops() const
{
    QList<QWidget*> stops;
    for (const Field* shown : m_fields)
        stops.append(shown->focusProxy());
    stops.append(m_menu);
    return stops;
}

void ParameterCard::move(int by)
{
    const int target = row() + by;
    if (target >= 0 && target < m_model.rowCount())
        m_model.moveRows({}, row(), 1, {}, by > 0 ? target + 1 : target);
}

void ParameterCard::toggleCondition()
{
    const QModelIndex condition = m_model.index(row(), static_cast<int>(ParameterField::Condition));
    const QStringList options = condition.data(ParameterModel::OptionsRole).toStringList(); // "always" first
    m_model.edit(row(), ParameterField::Condition,
                 has(ParameterField::Condition) ? QString() : options.value(1));
}

/// One line for each field that has a problem: what cannot be seen in a narrow field stands below.
void ParameterCard::showProblems()
{
    QStringList lines;
    for (const Field* shown : m_fields)
        if (shown->isVisibleTo(this) && !shown->problem().isEmpty() && !lines.contains(shown->problem()))
            lines.append(tr("%1: %2").arg(shown->caption(), shown->problem()));
    QPalette palette = m_problems->palette();
    palette.setColor(QPalette::WindowText, Theme::instance().color(Tone::Bad));
    m_problems->setPalette(palette);
    m_problems->setText(lines.join(u'\n'));
    m_problems->setVisible(!lines.isEmpty());
}

bool ParameterCard::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_handle && event->type() == QEvent::MouseMove &&
        (static_cast<QMouseEvent*>(event)->buttons() & Qt::LeftButton) != 0) {
        Q_EMIT dragged(row());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ParameterCard::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setPen(Theme::instance().color(Tone::Line));
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

} // namespace widthwise::ui
