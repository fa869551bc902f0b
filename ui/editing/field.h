// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace widthwise::ui {

/// One value to edit: a caption over a line of text or a list. What is typed is offered at once; where it
/// cannot stand, the field keeps it, marked, and says why.
class Field : public QWidget {
    Q_OBJECT
public:
    /// Takes the text, or returns in words why not.
    using Commit = std::function<QString(const QString& text)>;

    Field(const QString& caption, QWidget* parent);

    void setCommit(Commit commit) { m_commit = std::move(commit); }
    /// For a screen reader: "Low of max_lr".
    virtual void setLongName(const QString& name) = 0;
    virtual void setReadOnly(bool readOnly) = 0;
    /// What the document says. What a person is typing stays unless the document changed otherwise.
    void setValue(const QString& value);
    /// What the document's reader finds wrong with it.
    void setProblem(const QString& problem);

    QString caption() const;
    /// Why the text does not stand, else what is wrong in the document.
    QString problem() const { return m_refusal.isEmpty() ? m_problem : m_refusal; }
    /// Goes back to the document's value where what was typed does not stand; true if it did.
    bool revert();
    /// Why what it shows does not stand; empty where it does.
    QString refusal() const { return m_refusal; }

Q_SIGNALS:
    void problemChanged();
    void refusalChanged();
    /// A person is done with it.
    void left();

protected:
    virtual void showValue(const QString& value) = 0;
    void offer(const QString& text);
    void setEditor(QWidget* editor);
    /// The document's value in its own spelling, once a person is done.
    void settle();
    void paintEvent(QPaintEvent* event) override;

private:
    void setRefusal(const QString& refusal);
    void updateProblem(const QString& before);

    QLabel* m_caption;
    Commit m_commit;
    QString m_value;
    QString m_problem;
    QString m_refusal;
    bool m_offering = false;
};

class TextField : public Field {
    Q_OBJECT
public:
    TextField(const QString& caption, QWidget* parent);

    void setLongName(const QString& name) override;
    void setReadOnly(bool readOnly) override;
    void setPlaceholder(const QString& text);
    QLineEdit* editor() const { return m_editor; }

protected:
    void showValue(const QString& value) override;

private:
    QLineEdit* m_editor;
};

/// Text of several lines.
class LinesField : public Field {
    Q_OBJECT
public:
    LinesField(const QString& caption, QWidget* parent);

    void setLongName(const QString& name) override;
    void setReadOnly(bool readOnly) override;
    QPlainTextEdit* editor() const { return m_editor; }

protected:
    void showValue(const QString& value) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QPlainTextEdit* m_editor;
};

class ChoiceField : public Field {
    Q_OBJECT
public:
    ChoiceField(const QString& caption, QWidget* parent);

    void setOptions(const QStringList& values, const QStringList& labels);
    void setLongName(const QString& name) override;
    void setReadOnly(bool readOnly) override;
    QComboBox* editor() const { return m_editor; }

protected:
    void showValue(const QString& value) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QComboBox* m_editor;
    bool m_readOnly = false;
};

} // namespace widthwise::ui
