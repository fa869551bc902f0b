// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/field.h"

#include "ui/editing/history_keys.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScopedValueRollback>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <utility>

namespace widthwise::ui {

Field::Field(const QString& caption, QWidget* parent) : QWidget(parent), m_caption(new QLabel(caption, this))
{
    m_caption->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 2);
    layout->setSpacing(2);
    layout->addWidget(m_caption);
}

QString Field::caption() const
{
    return m_caption->text();
}

void Field::setEditor(QWidget* editor)
{
    layout()->addWidget(editor);
    m_caption->setBuddy(editor);
    setFocusProxy(editor);
}

void Field::setValue(const QString& value)
{
    if (std::exchange(m_value, value) == value || m_offering)
        return;
    showValue(value);
    setRefusal({});
}

void Field::setProblem(const QString& problem)
{
    const QString before = this->problem();
    m_problem = problem;
    updateProblem(before);
}

bool Field::revert()
{
    if (m_refusal.isEmpty())
        return false;
    showValue(m_value);
    setRefusal({});
    return true;
}

void Field::offer(const QString& text)
{
    const QScopedValueRollback offering(m_offering, true);
    setRefusal(m_commit ? m_commit(text) : QString());
}

void Field::setRefusal(const QString& refusal)
{
    const QString before = problem();
    if (std::exchange(m_refusal, refusal) != refusal)
        Q_EMIT refusalChanged();
    updateProblem(before);
}

void Field::settle()
{
    if (m_refusal.isEmpty())
        showValue(m_value);
    Q_EMIT left();
}

void Field::updateProblem(const QString& before)
{
    if (problem() == before)
        return;
    focusProxy()->setAccessibleDescription(problem());
    update();
    Q_EMIT problemChanged();
}

void Field::paintEvent(QPaintEvent* /*event*/)
{
    if (problem().isEmpty())
        return;
    QPainter painter(this);
    painter.fillRect(QRect(0, height() - 2, width(), 2), Theme::instance().color(Tone::Bad));
}

TextField::TextField(const QString& caption, QWidget* parent)
    : Field(caption, parent), m_editor(new QLineEdit(this))
{
    setEditor(m_editor);
    HistoryKeys::takeFrom(m_editor);
    connect(m_editor, &QLineEdit::textEdited, this, &TextField::offer);
    connect(m_editor, &QLineEdit::editingFinished, this, &TextField::settle);
}

void TextField::setLongName(const QString& name)
{
    m_editor->setAccessibleName(name);
}

void TextField::setReadOnly(bool readOnly)
{
    m_editor->setReadOnly(readOnly);
}

void TextField::setPlaceholder(const QString& text)
{
    m_editor->setPlaceholderText(text);
}

void TextField::showValue(const QString& value)
{
    if (m_editor->text() == value)
        return;
    m_editor->setText(value);
    if (!m_editor->hasFocus())
        m_editor->setCursorPosition(0);
}

LinesField::LinesField(const QString& caption, QWidget* parent)
    : Field(caption, parent), m_editor(new QPlainTextEdit(this))
{
    constexpr int lines = 3;
    setEditor(m_editor);
    m_editor->setFont(Theme::instance().code());
    m_editor->setUndoRedoEnabled(false);
    m_editor->setTabChangesFocus(true);
    m_editor->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_editor->setFixedHeight(lines * m_editor->fontMetrics().lineSpacing() + 2 * grid);
    HistoryKeys::takeFrom(m_editor);
    m_editor->installEventFilter(this);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] { offer(m_editor->toPlainText()); });
}

void LinesField::setLongName(const QString& name)
{
    m_editor->setAccessibleName(name);
}

void LinesField::setReadOnly(bool readOnly)
{
    m_editor->setReadOnly(readOnly);
}

void LinesField::showValue(const QString& value)
{
    if (m_editor->toPlainText() == value)
        return;
    const QSignalBlocker blocker(m_editor);
    m_editor->setPlainText(value);
}

bool LinesField::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut)
        settle();
    return Field::eventFilter(watched, event);
}

ChoiceField::ChoiceField(const QString& caption, QWidget* parent)
    : Field(caption, parent), m_editor(new QComboBox(this))
{
    setEditor(m_editor);
    m_editor->setFocusPolicy(Qt::StrongFocus);
    m_editor->installEventFilter(this);
    connect(m_editor, &QComboBox::activated, this,
            [this](int index) { offer(m_editor->itemData(index).toString()); });
}

void ChoiceField::setOptions(const QStringList& values, const QStringList& labels)
{
    QStringList present;
    for (int i = 0; i < m_editor->count(); ++i)
        present.append(m_editor->itemData(i).toString());
    if (present == values)
        return;
    const QString value = m_editor->currentData().toString();
    m_editor->clear();
    for (qsizetype i = 0; i < values.size(); ++i)
        m_editor->addItem(labels.value(i, values[i]), values[i]);
    showValue(value);
}

void ChoiceField::setLongName(const QString& name)
{
    m_editor->setAccessibleName(name);
}

void ChoiceField::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
}

void ChoiceField::showValue(const QString& value)
{
    m_editor->setCurrentIndex(m_editor->findData(value));
}

/// The wheel scrolls the page and does not change a value in passing; a read-only list can be read and
/// reached, no more.
bool ChoiceField::eventFilter(QObject* watched, QEvent* event)
{
    const QEvent::Type type = event->type();
    const bool wheel = type == QEvent::Wheel;
    const bool press = type == QEvent::MouseButtonPress || type == QEvent::MouseButtonDblClick;
    const bool key = type == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() != Qt::Key_Tab &&
                     static_cast<QKeyEvent*>(event)->key() != Qt::Key_Backtab;
    if ((wheel && !m_editor->hasFocus()) || (m_readOnly && (wheel || press || key))) {
        event->ignore();
        return true;
    }
    return Field::eventFilter(watched, event);
}

} // namespace widthwise::ui
