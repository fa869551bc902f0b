// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace widthwise {

/// Makes SQLite's locks last. SQLite locks a file by record locks, which POSIX takes from a process as soon
/// as it closes any descriptor of that file, whoever opened it: a file dialog that looks for an icon is
/// enough. From now on SQLite holds open file description locks (fcntl(2)) instead, of each file on one
/// descriptor of our own; other programs' record locks and these exclude one another as ever. Where the
/// kernel or the file system has none, record locks stay.
///
/// Call it before the first database is opened; as often as you like, from any thread.
void makeLocksLast();

} // namespace widthwise
