// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/yaml_editor.h"

#include "ui/editing/history_keys.h"
#include "ui/editing/yaml_document.h"
#include "ui/editing/yaml_highlighter.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>
#include <vector>

namespace widthwise::ui {

namespace {

class Gutter : public QWidget {
public:
    explicit Gutter(YamlEditor& editor) : QWidget(&editor), m_editor(editor) {}
    QSize sizeHint() const override { return {m_editor.gutterWidth(), 0}; }

protected:
    void paintEvent(QPaintEvent* event) override { m_editor.paintGutter(event); }

private:
    YamlEditor& m_editor;
};

} // namespace

YamlEditor::YamlEditor(YamlDocument& document, QWidget* parent)
    : QPlainTextEdit(parent), m_document(document), m_gutter(new Gutter(*this))
{
    setAccessibleName(tr("Text of the file"));
    setUndoRedoEnabled(false);
    setLineWrapMode(NoWrap);
    setTabChangesFocus(true); // YAML knows no tabs
    setFont(Theme::instance().code());
    HistoryKeys::takeFrom(this);
    new YamlHighlighter(QPlainTextEdit::document());

    connect(QPlainTextEdit::document(), &QTextDocument::contentsChanged, this, &YamlEditor::takeTyped);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &YamlEditor::placeGutter);
    connect(this, &QPlainTextEdit::updateRequest, m_gutter, [this](const QRect& rect, int dy) {
        if (dy != 0)
            m_gutter->scroll(0, dy);
        else
            m_gutter->update(0, rect.y(), m_gutter->width(), rect.height());
    });
    connect(&document, &YamlDocument::loaded, this, &YamlEditor::load);
    connect(&document, &YamlDocument::edited, this, &YamlEditor::follow);
    connect(&document, &YamlDocument::reread, this, &YamlEditor::markProblems);
    connect(&document, &YamlDocument::readOnlyChanged, this, &YamlEditor::setReadOnly);
    connect(&Theme::instance(), &Theme::changed, this, &YamlEditor::markProblems);
    placeGutter();
    load();
}

void YamlEditor::load()
{
    const QScopedValueRollback following(m_following, true);
    setPlainText(m_document.text());
}

void YamlEditor::follow(const TextEdit& edit)
{
    if (m_following || plainText() == m_document.text())
        return;
    const QScopedValueRollback following(m_following, true);
    QTextCursor cursor(QPlainTextEdit::document());
    cursor.setPosition(static_cast<int>(edit.position));
    cursor.setPosition(static_cast<int>(edit.position + edit.removed.size()), QTextCursor::KeepAnchor);
    cursor.insertText(edit.inserted);
    cursor.setPosition(static_cast<int>(edit.position + edit.inserted.size()));
    setTextCursor(cursor);
    if (!hasFocus()) // the line that changed is seen from its beginning
        horizontalScrollBar()->setValue(0);
}

void YamlEditor::takeTyped()
{
    if (m_following)
        return;
    const QScopedValueRollback following(m_following, true);
    m_document.type(plainText());
}

/// toPlainText() would also turn no-break spaces into spaces, and the text belongs to the person who wrote
/// it.
QString YamlEditor::plainText() const
{
    QString text = QPlainTextEdit::document()->toRawText();
    return text.replace(QChar::ParagraphSeparator, u'\n').replace(QChar::LineSeparator, u'\n');
}

void YamlEditor::goTo(int line, int column)
{
    const QTextBlock block = QPlainTextEdit::document()->findBlockByNumber(line - 1);
    if (!block.isValid())
        return;
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + qBound(0, column - 1, block.length() - 1));
    setTextCursor(cursor);
    centerCursor();
    setFocus(Qt::OtherFocusReason);
}

QTextCursor YamlEditor::wordAt(int line, int column) const
{
    const QTextBlock block = QPlainTextEdit::document()->findBlockByNumber(line - 1);
    QTextCursor cursor(block);
    const QString text = block.text();
    qsizetype start = qBound(qsizetype{0}, qsizetype{column} - 1, text.size());
    if (start == text.size()) { // at the line's end: all that stands on it
        start = 0;
        while (start < text.size() && text[start].isSpace())
            ++start;
    }
    qsizetype end = start;
    while (end < text.size() && !text[end].isSpace() && text[end] != u',' && text[end] != u'}' &&
           text[end] != u':')
        ++end;
    cursor.setPosition(block.position() + static_cast<int>(start));
    cursor.setPosition(block.position() + static_cast<int>(std::max(end, std::min(start + 1, text.size()))),
                       QTextCursor::KeepAnchor);
    return cursor;
}

void YamlEditor::markProblems()
{
    QList<QTextEdit::ExtraSelection> marks;
    for (const FileProblem& problem : m_document.problems()) {
        if (problem.line < 1 || problem.line > blockCount())
            continue;
        QTextEdit::ExtraSelection mark;
        mark.cursor = wordAt(problem.line, problem.column);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(Theme::instance().color(Tone::Bad));
        mark.format.setToolTip(QString::fromStdString(problem.message));
        marks.append(mark);
    }
    setExtraSelections(marks);
    m_gutter->update();
}

void YamlEditor::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !isReadOnly())
        breakLine();
    else
        QPlainTextEdit::keyPressEvent(event);
}

/// A new line begins below the one before it, two further in after a key that opens a mapping.
void YamlEditor::breakLine()
{
    QTextCursor cursor = textCursor();
    const QString before = cursor.block().text().left(cursor.positionInBlock());
    qsizetype indent = 0;
    while (indent < before.size() && before[indent] == u' ')
        ++indent;
    if (before.trimmed().endsWith(u':'))
        indent += 2;
    cursor.insertText(u'\n' + QString(indent, u' '));
    setTextCursor(cursor);
    ensureCursorVisible();
}

void YamlEditor::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_gutter != nullptr)
        placeGutter();
}

void YamlEditor::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    placeGutter();
}

int YamlEditor::gutterWidth() const
{
    const auto digits = static_cast<int>(QString::number(std::max(99, blockCount())).size());
    return digits * fontMetrics().horizontalAdvance(u'9') + 2 * grid;
}

void YamlEditor::placeGutter()
{
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const QRect area = contentsRect();
    m_gutter->setGeometry(area.left(), area.top(), gutterWidth(), area.height());
}

void YamlEditor::paintGutter(QPaintEvent* event)
{
    QPainter painter(m_gutter);
    painter.setFont(font());
    painter.fillRect(event->rect(), palette().color(QPalette::Base));
    std::vector<int> wrong;
    for (const FileProblem& problem : m_document.problems())
        wrong.push_back(problem.line);

    const Theme& theme = Theme::instance();
    const QPointF offset = contentOffset();
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF line = blockBoundingGeometry(block).translated(offset);
        if (line.top() > event->rect().bottom())
            break;
        const int number = block.blockNumber() + 1;
        const bool bad = std::find(wrong.begin(), wrong.end(), number) != wrong.end();
        painter.setPen(theme.color(bad ? Tone::Bad : Tone::Muted));
        painter.drawText(QRectF(0, line.top(), m_gutter->width() - grid, line.height()),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(number));
    }
}

} // namespace widthwise::ui
