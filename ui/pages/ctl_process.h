// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>

namespace widthwise::ui {

class LoginChannel;

/// `widthwisectl` beside this program, or where WIDTHWISE_BIN_DIR says.
QString ctlProgram();

/// One call of widthwisectl that this program waits for, without standing still. It ends with this object.
class CtlProcess : public QObject {
    Q_OBJECT
public:
    explicit CtlProcess(QObject* parent = nullptr);
    ~CtlProcess() override;

    /// Ends what still runs, and starts anew. `subject` is what its login is for, in a person's words.
    void start(const QStringList& arguments, const QString& subject);
    void stop();
    bool isRunning() const { return m_process != nullptr; }

Q_SIGNALS:
    /// It runs, and may ask what a login needs.
    void started(widthwise::ui::LoginChannel* channel);
    /// A line of its output, as it comes.
    void said(const QString& line);
    /// `output` is all that it printed; `problem` is empty where it ended well, else one sentence for a
    /// person.
    void finished(const QByteArray& output, const QString& problem);

private:
    void read();
    void conclude();

    QProcess* m_process = nullptr;
    QByteArray m_output;
    qsizetype m_told = 0; ///< of the output, by said()
};

} // namespace widthwise::ui
